"""One hazard or release, and new ones drawn."""
