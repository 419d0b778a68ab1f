"""Rows on their way in are found by their box."""

from django.db import migrations

from clearground.common.geometry import AddSpatialIndex


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]
    operations = [AddSpatialIndex("ImportRow", "shape")]
