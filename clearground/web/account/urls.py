"""Addresses of signing in."""

from django.urls import URLPattern, path
from django.views.i18n import set_language

from . import views

urlpatterns: list[URLPattern] = [
    path("join/<str:token>/", views.join, name="join"),
    path("step-in/", views.step_in, name="step-in"),
    path("step-in/<str:login>/", views.step_in_as, name="step-in-as"),
    path("language/", set_language, name="set-language"),
]
