"""Addresses of the pages."""

from django.urls import path, re_path
from django.views.i18n import set_language

from . import views

app_name = "web"
urlpatterns = [
    path("", views.first_page, name="first-page"),
    re_path(r"^sheet\.(?P<kind>csv|json|xlsx)$", views.download, name="download"),
    path("editions/", views.editions, name="editions"),
    path("editions/<int:number>/", views.edition, name="edition"),
    path("tiles/<int:seq>/<int:z>/<int:x>/<int:y>.mvt", views.tile, name="tile"),
    path("map/<int:seq>/at", views.land_at, name="land-at"),
    re_path(r"^map/outlines/(?P<number>\d+)/(?P<level>province|commune)\.geojson$", views.outlines, name="outlines"),
    path("i18n/setlang/", set_language, name="set-language"),
]
