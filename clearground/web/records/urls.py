"""Addresses of records."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("records/<path:ref>/", views.record, name="record"),
]
