"""Rows as lines of text: the same line for the same row, on either database."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import BinaryField, ExpressionWrapper, F, JSONField

# Sessions are keys to the pages, and tasks are errands: neither is knowledge. Whoever restores signs in again.
LEFT_OUT = {"sessions.session", "django_tasks_database.dbtaskresult"}
# Rows that Django itself writes into every new database.
FRAMEWORK = ("contenttypes.contenttype", "auth.permission")
ROWS_AT_ONCE = 2000
EXACT_IN_BOTH = 1e15  # beyond it, PostgreSQL prints a number of JSON as an integer


def tables() -> list[type[models.Model]]:
    """Every table that holds knowledge, many-to-many tables included, in a fixed order."""
    found = apps.get_models(include_auto_created=True)
    kept = [m for m in found if m._meta.managed and not m._meta.proxy and m._meta.label_lower not in LEFT_OUT]
    return sorted(kept, key=lambda model: (model._meta.label_lower not in FRAMEWORK, model._meta.db_table))


def columns(model: type[models.Model]) -> list[Any]:
    """The fields that are columns, in the order of the model."""
    return list(model._meta.concrete_fields)


def lines(model: type[models.Model], alias: str) -> Iterator[bytes]:
    """Every row as one line, by primary key. Geometry is carried as the bytes that are stored."""
    fields = columns(model)
    wanted = [F(f.attname) if not isinstance(f, BinaryField) else as_stored(f) for f in fields]
    encoders = [encoder(field) for field in fields]
    rows = model._base_manager.using(alias).order_by("pk").values_list(*wanted)
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        yield text([encode(value) for encode, value in zip(encoders, row, strict=True)])


def as_stored(field: Any) -> ExpressionWrapper:
    """The bytes of a column, whatever its field makes of them."""
    return ExpressionWrapper(F(field.attname), output_field=BinaryField())


def text(value: Any) -> bytes:
    """One line of JSON, the same for equal values."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def encoder(field: Any) -> Callable[[Any], Any]:
    """How values of a field become JSON."""
    return as_document if isinstance(field, JSONField) else as_json


def as_document(value: Any) -> Any:
    """A column of JSON, marked as such."""
    return None if value is None else {"j": plain(value)}


def plain(value: Any) -> Any:
    """JSON with numbers written one way on both databases."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() and abs(value) > EXACT_IN_BOTH else value


def as_json(value: Any) -> Any:
    """A value of any other column; a kind that JSON lacks is marked by one letter."""
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime):
        return {"t": value.astimezone(UTC).isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, Decimal):
        return {"n": str(value)}
    return {"b": base64.b64encode(bytes(value)).decode()}


DECODERS: dict[str, Callable[[Any], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "n": Decimal,
    "b": base64.b64decode,
    "j": lambda value: value,
}


def decoded(value: Any) -> Any:
    """What `encoder` was given."""
    if not isinstance(value, dict):
        return value
    ((mark, inner),) = value.items()
    return DECODERS[mark](inner)
