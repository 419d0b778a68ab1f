"""Decides every published number: pure functions on numbers and geometry.

Nothing here knows of Django, a database, a clock or a network.
"""
