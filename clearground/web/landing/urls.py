"""Addresses of today."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("", views.landing, name="landing"),
]
