"""Addresses of the map."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("map/", views.land_map, name="map"),
    path("tiles/<int:seq>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("map/<int:seq>/at", views.land_at, name="land-at"),
    path("map/figures.json", views.figures_by_commune, name="map-figures"),
    path("map/search", views.search, name="map-search"),
    re_path(r"^map/outlines/(?P<number>\d+)/(?P<level>province|commune)\.geojson$", views.outlines, name="outlines"),
]
