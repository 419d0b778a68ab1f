"""Append-only tables refuse update and delete in the database itself, not by convention."""

from __future__ import annotations

from typing import Any

from django.db.migrations.operations.base import Operation


class MakeAppendOnly(Operation):
    """Migration: triggers that refuse to update or delete a row of one model.

    `except_columns` may still change (a pointer that closes a version, say).
    """

    reversible = True

    def __init__(self, model_name: str, except_columns: tuple[str, ...] = ()) -> None:
        self.model_name, self.except_columns = model_name, tuple(except_columns)

    def deconstruct(self) -> Any:
        """Name and arguments, for the migration's own text."""
        return type(self).__name__, [self.model_name], {"except_columns": self.except_columns}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models don't change."""

    def database_forwards(self, app_label: str, editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the triggers."""
        model = to_state.apps.get_model(app_label, self.model_name)
        kept = [f.column for f in model._meta.local_fields if f.column not in self.except_columns]
        lite = editor.connection.vendor == "sqlite"
        for statement in (sqlite_sql if lite else postgres_sql)(model._meta.db_table, kept):
            editor.execute(statement, params=None)

    def database_backwards(self, app_label: str, editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the triggers."""
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        on = "" if editor.connection.vendor == "sqlite" else f' ON "{table}"'
        for what in ("update", "delete"):
            editor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{what}"{on}')

    def describe(self) -> str:
        """What the migration does."""
        return f"Refuse update and delete on {self.model_name}"


def sqlite_sql(table: str, kept: list[str]) -> list[str]:
    """SQLite triggers."""
    columns = ", ".join(f'"{column}"' for column in kept)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE OF {columns} ON "{table}" {refuse}',
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}',
    ]


def postgres_sql(table: str, kept: list[str]) -> list[str]:
    """PostgreSQL triggers."""
    columns = ", ".join(f'"{column}"' for column in kept)
    return [
        "CREATE OR REPLACE FUNCTION clearground_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$",
        f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE OF {columns} ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION clearground_append_only()",
        f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" '
        "FOR EACH ROW EXECUTE FUNCTION clearground_append_only()",
    ]
