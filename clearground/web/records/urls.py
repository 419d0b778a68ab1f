"""Addresses of records."""

from django.urls import URLPattern, path

from . import views

urlpatterns: list[URLPattern] = [
    path("records/", views.records, name="records"),
    path("records.csv", views.records_csv, name="records-csv"),
    path("records-near.json", views.land_near, name="records-near"),
    path("propose/", views.propose, name="propose"),
    path("propose/preview/", views.preview, name="preview"),
    path("proposals/<int:number>/", views.proposal, name="proposal"),
    path("records/<path:ref>/", views.record, name="record"),
]
