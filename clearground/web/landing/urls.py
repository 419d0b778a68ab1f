"""Addresses of today."""

from django.urls import URLPattern, path, re_path

from . import views

urlpatterns: list[URLPattern] = [
    path("", views.landing, name="landing"),
    path("gap/<str:start>/<str:end>/", views.gap, name="gap"),
    re_path(r"^gap/(?P<start>[a-z0-9]+)/(?P<end>[a-z0-9]+)\.(?P<kind>csv|xlsx)$", views.gap_file, name="gap-file"),
    re_path(
        r"^gap/(?P<start>[a-z0-9]+)/(?P<end>[a-z0-9]+)/(?P<step>[a-z0-9_]+)\.(?P<kind>csv|xlsx)$",
        views.gap_lines,
        name="gap-lines",
    ),
    path("restated/<int:number>/", views.restated, name="restated"),
    re_path(r"^restated/(?P<number>\d+)\.(?P<kind>csv|xlsx)$", views.restated_file, name="restated-file"),
    re_path(r"^restated/(?P<number>\d+)/records\.(?P<kind>csv|xlsx)$", views.restated_records, name="restated-records"),
]
