"""Imports belong to the organisation of whoever brought them in."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def take_over(apps, editor):
    """Imports that stand have the organisation that their person has today."""
    imports, people = apps.get_model("exchange", "Import"), apps.get_model("accounts", "Person")
    home = people.objects.filter(pk=OuterRef("by_id")).values("organisation_id")[:1]
    imports.objects.filter(organisation=None).update(organisation_id=Subquery(home))


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_pages")]
    operations = [migrations.RunPython(take_over, migrations.RunPython.noop)]
