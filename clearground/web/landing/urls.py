"""Addresses of today."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("", views.landing, name="landing"),
    path("gap/<str:start>/<str:end>/", views.gap, name="gap"),
    path("restated/<int:number>/", views.restated, name="restated"),
]
