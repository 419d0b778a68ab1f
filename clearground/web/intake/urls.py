"""Addresses of imports and findings."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("imports/", views.imports, name="imports"),
]
