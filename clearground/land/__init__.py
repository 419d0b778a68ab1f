"""Hazards, releases, editions and the stored ledger."""
