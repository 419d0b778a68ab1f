"""Answers to questions of one's own, kept reports, and what bulletins and dossiers print."""
