"""The invented country of Karsova: no place, operator, hazard, release or person in it is real."""
