"""Clearground: an open register for national mine action programmes."""

__version__ = "0.1.0"
