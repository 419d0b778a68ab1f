"""Guides: ways through the pages for somebody who has a job to do."""
