"""Registers the app."""

from django.apps import AppConfig


class SourcesConfig(AppConfig):
    """`clearground.sources`."""

    name = "clearground.sources"
    label = "sources"
