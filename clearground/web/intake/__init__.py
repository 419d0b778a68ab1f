"""Files on their way in, and what was found in them."""
