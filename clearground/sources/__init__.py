"""Documents that state something."""
