"""The pages of imports and findings."""
