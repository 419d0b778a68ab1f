"""Registers the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """`clearground.accounts`."""

    name = "clearground.accounts"
    label = "accounts"
