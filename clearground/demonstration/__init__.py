"""The invented country."""
