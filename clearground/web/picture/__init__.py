"""Figures: the sheet, the national picture, one number, editions."""
