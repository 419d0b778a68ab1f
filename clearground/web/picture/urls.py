"""Addresses of the figures."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("sheet/", views.sheet, name="sheet"),
    re_path(r"^sheet\.(?P<kind>csv|json|xlsx|parquet)$", views.download, name="download"),
    path("editions/", views.editions, name="editions"),
    path("editions/<int:number>/", views.edition, name="edition"),
    path("figure/<slug:measure>/", views.figure, name="figure"),
    re_path(
        r"^figure/(?P<measure>[a-z0-9_]+)/(?P<dimension>[a-z0-9]+)\.(?P<kind>csv|xlsx|parquet)$",
        views.figure_data,
        name="figure-data",
    ),
    re_path(
        r"^figure/(?P<measure>[a-z0-9_]+)/its-records\.(?P<kind>csv|xlsx|parquet)$",
        views.figure_records,
        name="figure-records",
    ),
    path("picture/", views.picture, name="picture"),
    re_path(r"^picture/(?P<table>[a-z0-9-]+)\.(?P<kind>csv|xlsx|parquet)$", views.picture_data, name="picture-data"),
]
