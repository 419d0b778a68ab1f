"""Registers the app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """`clearground.audit`."""

    name = "clearground.audit"
    label = "audit"
