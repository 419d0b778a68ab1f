"""One field and one lookup for geometry, on SQLite and on PostgreSQL.

A geometry is stored as WKB (longitude, latitude, WGS 84) beside four bounding-box columns that
the field adds to its model. A spatial index on the box (R*Tree in SQLite, GiST in PostgreSQL)
comes from `AddSpatialIndex` in a migration.
"""

from __future__ import annotations

from typing import Any

import shapely
from django.db import models
from django.db.migrations.operations.base import Operation

SIDES = ("minx", "miny", "maxx", "maxy")


class BoundField(models.FloatField):
    """One side of the bounding box of a geometry field, kept by the field itself."""

    def __init__(self, *args: Any, of: str = "", side: int = 0, **kwargs: Any) -> None:
        self.of, self.side = of, side
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Carry the arguments of our own through migrations."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "side": self.side}

    def pre_save(self, model_instance: models.Model, add: bool) -> float | None:
        """The side of the geometry that is being saved; None where there is no geometry."""
        shape = getattr(model_instance, self.of)
        bound = None if shape is None or shape.is_empty else float(shape.bounds[self.side])
        setattr(model_instance, self.attname, bound)
        return bound


class GeometryField(models.BinaryField):
    """A shapely geometry, stored as WKB with its bounding box."""

    def contribute_to_class(self, cls: type[models.Model], name: str, **kwargs: Any) -> None:  # type: ignore[override]
        """Add the four bounding-box columns, once (migrations list them as columns of their own)."""
        super().contribute_to_class(cls, name, **kwargs)
        if getattr(cls, "__module__", "") == "__fake__" or cls._meta.abstract:
            return
        for side, suffix in enumerate(SIDES):
            column = f"{name}_{suffix}"
            bound = BoundField(of=name, side=side, null=True, editable=False)
            cls.add_to_class(column, bound)  # type: ignore[attr-defined]

    def from_db_value(self, value: Any, *_: Any) -> shapely.Geometry | None:
        """WKB to geometry."""
        return None if value is None else shapely.from_wkb(bytes(value))

    def to_python(self, value: Any) -> shapely.Geometry | None:
        """Accept a geometry, WKB or WKT."""
        if value is None or isinstance(value, shapely.Geometry):
            return value
        return shapely.from_wkt(value) if isinstance(value, str) else shapely.from_wkb(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """Geometry to WKB."""
        if isinstance(value, shapely.Geometry):
            value = shapely.to_wkb(value)
        return super().get_db_prep_value(value, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        """Hex WKB, for dumps."""
        shape = self.value_from_object(obj)
        return "" if shape is None else str(shapely.to_wkb(shape, hex=True))


@GeometryField.register_lookup
class BoxOverlaps(models.Lookup):  # type: ignore[type-arg]
    """`shape__box_overlaps=(minx, miny, maxx, maxy)`: bounding boxes meet, answered by the index."""

    lookup_name = "box_overlaps"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        """Four floats."""
        return "", [float(side) for side in value]

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        """Ask the R*Tree, then the exact box (the R*Tree rounds to 32 bits, outwards)."""
        field, alias = self.lhs.target, self.lhs.alias
        table, pk = field.model._meta.db_table, field.model._meta.pk.column
        minx, miny, maxx, maxy = (float(side) for side in self.rhs)
        name = field.column
        sql = (
            f'"{alias}"."{pk}" IN (SELECT id FROM "{table}_{name}_rtree"'
            " WHERE minx <= %s AND maxx >= %s AND miny <= %s AND maxy >= %s)"
            f' AND "{alias}"."{name}_minx" <= %s AND "{alias}"."{name}_maxx" >= %s'
            f' AND "{alias}"."{name}_miny" <= %s AND "{alias}"."{name}_maxy" >= %s'
        )
        return f"({sql})", [maxx, minx, maxy, miny] * 2

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """Ask the GiST index on the box."""
        name, alias = self.lhs.target.column, self.lhs.alias
        box = box_expression(f'"{alias}".', name)
        return f"({box} && box(point(%s, %s), point(%s, %s)))", [float(side) for side in self.rhs]


def box_expression(prefix: str, name: str) -> str:
    """The SQL of the bounding box, as the GiST index and its lookups both write it."""
    q = [f'{prefix}"{name}_{side}"' for side in SIDES]
    return f"box(point({q[0]}, {q[1]}), point({q[2]}, {q[3]}))"


class AddSpatialIndex(Operation):
    """Migration: index the bounding box of one geometry field."""

    reversible = True

    def __init__(self, model_name: str, field_name: str) -> None:
        self.model_name, self.field_name = model_name, field_name

    def deconstruct(self) -> Any:
        """Name and arguments, for the migration's own text."""
        return type(self).__name__, [self.model_name, self.field_name], {}

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The models don't change."""

    def database_forwards(self, app_label: str, editor: Any, from_state: Any, to_state: Any) -> None:
        """Create the index, filled from the rows that are there."""
        table = to_state.apps.get_model(app_label, self.model_name)._meta.db_table
        lite = editor.connection.vendor == "sqlite"
        for statement in (rtree_sql if lite else gist_sql)(table, self.field_name):
            editor.execute(statement)

    def database_backwards(self, app_label: str, editor: Any, from_state: Any, to_state: Any) -> None:
        """Drop the index."""
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        name = f"{table}_{self.field_name}"
        if editor.connection.vendor != "sqlite":
            editor.execute(f'DROP INDEX IF EXISTS "{name}_gist"')
            return
        for when in ("ai", "au", "ad"):
            editor.execute(f'DROP TRIGGER IF EXISTS "{name}_{when}"')
        editor.execute(f'DROP TABLE IF EXISTS "{name}_rtree"')

    def describe(self) -> str:
        """What the migration does."""
        return f"Index the bounding box of {self.model_name}.{self.field_name}"


def gist_sql(table: str, name: str) -> list[str]:
    """PostgreSQL: a GiST index on the box of the four columns."""
    return [f'CREATE INDEX "{table}_{name}_gist" ON "{table}" USING gist ({box_expression("", name)})']


def rtree_sql(table: str, name: str) -> list[str]:
    """SQLite: an R*Tree kept by three triggers."""
    tree, sides = f'"{table}_{name}_rtree"', ("minx", "maxx", "miny", "maxy")
    new = ", ".join(f'NEW."{name}_{side}"' for side in sides)
    old = ", ".join(f'"{name}_{side}"' for side in sides)
    insert = f'INSERT INTO {tree} SELECT NEW.id, {new} WHERE NEW."{name}_minx" IS NOT NULL;'
    return [
        f"CREATE VIRTUAL TABLE {tree} USING rtree(id, minx, maxx, miny, maxy)",
        f'INSERT INTO {tree} SELECT id, {old} FROM "{table}" WHERE "{name}_minx" IS NOT NULL',
        f'CREATE TRIGGER "{table}_{name}_ai" AFTER INSERT ON "{table}" BEGIN {insert} END',
        f'CREATE TRIGGER "{table}_{name}_au" AFTER UPDATE ON "{table}" BEGIN '
        f"DELETE FROM {tree} WHERE id = OLD.id; {insert} END",
        f'CREATE TRIGGER "{table}_{name}_ad" AFTER DELETE ON "{table}" BEGIN DELETE FROM {tree} WHERE id = OLD.id; END',
    ]
