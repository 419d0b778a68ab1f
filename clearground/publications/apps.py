"""The app of publications."""

from django.apps import AppConfig


class PublicationsConfig(AppConfig):
    """Kept questions, bulletins, dossiers."""

    name = "clearground.publications"
    label = "publications"
