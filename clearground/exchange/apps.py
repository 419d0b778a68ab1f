"""Registers the app."""

from django.apps import AppConfig


class ExchangeConfig(AppConfig):
    """`clearground.exchange`."""

    name = "clearground.exchange"
    label = "exchange"
