"""Addresses of questions of one's own."""

from django.urls import path, re_path

from . import papers, views

urlpatterns = [
    path("ask/", views.pivot, name="pivot"),
    re_path(r"^ask\.(?P<kind>csv|xlsx|parquet)$", views.download, name="pivot-download"),
    path("reports/", views.reports, name="reports"),
    path("reports/keep/", views.keep_report, name="report-keep"),
    path("reports/<int:number>/", views.report, name="report"),
    path("reports/<int:number>/change/", views.change_report, name="report-change"),
    path("reports/<int:number>/delete/", views.delete_report, name="report-delete"),
    path("bulletins/", papers.bulletins, name="bulletins"),
    path("bulletins/<int:year>-<int:month>.pdf", papers.bulletin, name="bulletin"),
    path("bulletins/<int:year>-<int:month>/<slug:family>.svg", papers.chart, name="bulletin-chart"),
    path("dossiers/", papers.dossiers, name="dossiers"),
    path("dossiers/<path:name>.pdf", papers.dossier, name="dossier"),
]
