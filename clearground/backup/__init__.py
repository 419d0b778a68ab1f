"""Backup and restore: everything that the register knows, sealed in one file, whole or not at all."""
