"""Events and clusters are found by their box; the ledger is append-only."""

from django.db import migrations

from clearground.common.append_only import MakeAppendOnly
from clearground.common.geometry import AddSpatialIndex


class Migration(migrations.Migration):
    dependencies = [("land", "0001_initial")]
    operations = [
        AddSpatialIndex("LandEvent", "shape"),
        AddSpatialIndex("Cluster", "box"),
        MakeAppendOnly("Approval"),
        MakeAppendOnly("Record"),
        MakeAppendOnly("LandEvent", except_columns=("until_seq",)),
        MakeAppendOnly("EventFamily"),
        MakeAppendOnly("ItemsFound"),
        MakeAppendOnly("Lineage"),
        MakeAppendOnly("Edition"),
    ]
