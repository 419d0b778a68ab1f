"""Forms of administration: every change has a reason."""
