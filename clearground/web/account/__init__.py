"""Signing in, joining, and stepping into the demonstration."""
