"""Addresses of questions of one's own."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("ask/", views.pivot, name="pivot"),
    re_path(r"^ask\.(?P<kind>csv|xlsx|parquet)$", views.download, name="pivot-download"),
    path("reports/", views.reports, name="reports"),
    path("reports/keep/", views.keep_report, name="report-keep"),
    path("reports/<int:number>/", views.report, name="report"),
    path("reports/<int:number>/change/", views.change_report, name="report-change"),
    path("reports/<int:number>/delete/", views.delete_report, name="report-delete"),
]
