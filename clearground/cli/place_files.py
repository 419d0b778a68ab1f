"""`clearground import places`: names and boundaries from a file, effective at once, with findings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from clearground.accounts.models import Person
from clearground.common.errors import Exit, Refused
from clearground.exchange import place_files
from clearground.places.actions import PlacesImported, add_places, import_boundaries
from clearground.places.choices import Level

from .places import print_findings
from .terminal import console


def import_places(
    path: Path,
    *,
    level: str,
    columns: Mapping[str, str],
    layer: str | None,
    edition: str,
    source: str,
    licence: str,
    valid_from: date | None,
    make_current: bool,
    by: Person,
    reason: str,
) -> None:
    """The file's places are known, and with an edition their boundaries; findings are printed."""
    if level.upper() not in Level.names:
        raise Refused("Places have a level.", "--level province, district, commune or village.", Exit.USAGE)
    rows = place_files.place_rows(path, level=Level[level.upper()], columns=columns, layer=layer)
    if not edition and place_files.has_shapes(rows):
        raise Refused("Boundaries belong to an edition.", 'Name it: --edition "Communes 2018"', Exit.USAGE)
    source = source or path.name
    if edition:
        done = import_boundaries(
            edition_name=edition, rows=rows, source=source, by=by, reason=reason or f"import of {path.name}",
            valid_from=valid_from, licence=licence, make_current=make_current,
        )  # fmt: skip
    else:
        done = add_places(rows=rows, source=source, by=by, reason=reason)
    tell(done, len(rows))


def tell(done: PlacesImported, rows: int) -> None:
    """Printed: what was added, what was found, and the next command."""
    console.print(f"{rows:,} rows: {done.added:,} places and {done.boundaries:,} boundaries are new.")
    print_findings(done.findings)
    if done.edition is not None and not done.edition.is_current:
        console.print(f'To tabulate on it: clearground place use "{done.edition.name}"', markup=False)
