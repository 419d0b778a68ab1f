"""Addresses of the guides."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("guides/", views.guides, name="guides"),
    path("guides/<slug:name>/", views.guide, name="guide"),
    path("guides/pictures/<slug:name>.png", views.guide_picture, name="guide-picture"),
]
