"""Addresses of the figures."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("sheet/", views.sheet, name="sheet"),
    re_path(r"^sheet\.(?P<kind>csv|json|xlsx)$", views.download, name="download"),
    path("editions/", views.editions, name="editions"),
    path("editions/<int:number>/", views.edition, name="edition"),
    path("figure/<slug:measure>/", views.figure, name="figure"),
]
