"""The country and its places, edition by edition."""
