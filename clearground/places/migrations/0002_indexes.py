"""Boundaries are found by their box."""

from django.db import migrations

from clearground.common.geometry import AddSpatialIndex


class Migration(migrations.Migration):
    dependencies = [("places", "0001_initial")]
    operations = [AddSpatialIndex("Boundary", "shape")]
