"""Registers the app."""

from django.apps import AppConfig


class LandConfig(AppConfig):
    """`clearground.land`."""

    name = "clearground.land"
    label = "land"
