"""The map: tiles, outlines, and the land under a point."""
