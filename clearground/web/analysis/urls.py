"""Addresses of questions of one's own."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
