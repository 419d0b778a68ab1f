"""Which tables the database has, and which this version wants."""

from __future__ import annotations

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder


def missing_migrations() -> int:
    """How many migrations of this version the database has not had."""
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def applied_migrations() -> list[str]:
    """The migrations that the database has had, as `app.name`, in alphabetic order."""
    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())
