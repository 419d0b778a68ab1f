"""Registers the app."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """`clearground.common`."""

    name = "clearground.common"
    label = "common"
