"""The commune that was cut in two in 2015, on the sheet of each year's own boundaries."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from clearground.demonstration.actions import load_demonstration
from clearground.land.selectors import counts, sheet
from clearground.places.models import BoundaryEdition

pytestmark = pytest.mark.django_db
AS_OF, SINCE = date(2017, 12, 31), date(2013, 1, 1)


def half_cm2(value: float) -> int:
    """The whole number that an area was printed from."""
    return round(value * 20_000)


def test_the_year_of_the_cut_transfers_land_to_the_new_commune_and_nowhere_else() -> None:
    """The new commune opens 2015 with nothing and is given what its neighbour loses, family by family."""
    made = load_demonstration(size=160, seed=25).demonstration
    printed = sheet(as_of=AS_OF, since=SINCE, by=("family", "commune", "year"), boundaries="as-at")
    assert printed.adds_up
    assert printed.boundaries == "as-at: Boundaries 2008, Boundaries 2015"
    before, after = ({code for code in edition.shapes if len(code) == 8} for edition in made.boundary_editions)
    (new,) = after - before
    moved: dict[str, dict[str, Any]] = defaultdict(dict)
    for row in printed.rows:
        if row["transferred_in_m2"] or row["transferred_out_m2"]:
            moved[row["family"]][row["commune"]] = row
    assert moved
    for rows in moved.values():
        (old,) = set(rows) - {new}
        assert {row["year"] for row in rows.values()} == {"2015"}
        assert (rows[new]["opening_m2"], rows[new]["transferred_out_m2"]) == (0, 0)
        assert half_cm2(rows[new]["transferred_in_m2"]) == half_cm2(rows[old]["transferred_out_m2"])


def test_every_year_opens_as_the_year_before_closed() -> None:
    """On each year's own boundaries; and the closing of the last year is that of its edition."""
    load_demonstration(size=160, seed=25)
    by = ("family", "class", "commune", "year")
    rows = {
        tuple(row[name] for name in by): row for row in sheet(as_of=AS_OF, since=SINCE, by=by, boundaries="as-at").rows
    }
    for (*place, year), row in rows.items():
        before = rows.get((*place, str(int(year) - 1)))
        assert year == "2013" or row["opening_m2"] == (before["closing_m2"] if before else 0)
    last = sheet(as_of=AS_OF, by=by[:3], boundaries=BoundaryEdition.objects.get(name="Boundaries 2015")).rows
    closing = {tuple(row[name] for name in by[:3]): row["closing_m2"] for row in last if row["closing_m2"]}
    assert {
        key[:3]: row["closing_m2"] for key, row in rows.items() if key[3] == "2017" and row["closing_m2"]
    } == closing


def test_counts_agree_with_the_sheet() -> None:
    """Recorded, cleared and items of a year, commune by commune or in all, are those of the balance."""
    load_demonstration(size=160, seed=25)
    period = {"as_of": AS_OF, "since": date(2016, 1, 1)}
    balance = {row["family"]: row for row in sheet(**period, by=("family",)).rows}
    for by in (("family",), ("family", "class", "commune")):
        total: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for row in counts(**period, by=by).rows:
            for name in ("hazards", "recorded_m2", "cleared_m2", "items"):
                total[row["family"]][name] += row[name]
        for family, row in balance.items():
            found = total[family]
            items = sum(count for name, count in row.items() if name.startswith("items_"))
            assert found["recorded_m2"] == pytest.approx(row["new_m2"] + row["reopened_m2"], abs=1e-3)
            assert found["cleared_m2"] == pytest.approx(row["cleared_m2"], abs=1e-3)
            assert (found["items"], found["hazards"] > 0) == (items, True)
