"""Registers the app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """`clearground.web`."""

    name = "clearground.web"
    label = "web"
