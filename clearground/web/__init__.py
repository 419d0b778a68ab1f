"""Pages, map and API."""
