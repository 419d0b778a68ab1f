"""Audit events are never changed."""

from django.db import migrations

from clearground.common.append_only import MakeAppendOnly


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [MakeAppendOnly("AuditEvent")]
