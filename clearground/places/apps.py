"""Registers the app."""

from django.apps import AppConfig


class PlacesConfig(AppConfig):
    """`clearground.places`."""

    name = "clearground.places"
    label = "places"
