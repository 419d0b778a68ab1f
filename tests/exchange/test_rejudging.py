"""Judging what a change can reach gives what judging everything gives."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from clearground.exchange import actions, selectors
from clearground.exchange.actions import rejudging
from clearground.exchange.actions.findings import mapping_of
from clearground.exchange.models import Import
from clearground.places.models import Country

from . import making
from .making import BOWTIE, Feature, approve, geojson, person, square, stage

pytestmark = pytest.mark.django_db
ROWS, CHANGES = 40, 6


def crowd(dice: random.Random, n: int = ROWS, prefix: str = "H") -> list[Feature]:
    """Squares of which many overlap, are doubled, share a reference, cross themselves or state another area."""
    features = []
    for at in range(n):
        shape = BOWTIE if at % 13 == 5 else square(dice.uniform(0, 8), dice.choice([0, 0.3]))
        if at % 9 == 4:
            shape = features[-1].shape
        ref = f"{prefix}{at - 1}" if at % 11 == 6 else f"{prefix}{at}"
        cells = {"area": dice.choice([9_900, 99_000, ""]), "day": dice.choice(["2020-01-01", "2020-02-31"])}
        features.append(Feature(ref, shape, cells))
    return features


def told(of: Import) -> dict[str, Any]:
    """All that an import says: states, findings that are not fixed, effect."""
    found = of.findings.exclude(state="fixed").values_list("row", "code", "cell", "state", "severity")
    named = sorted((row or 0, code, cell, state, severity) for row, code, cell, state, severity in found)
    of.refresh_from_db()
    land = [{name: round(v, 3) if isinstance(v, float) else v for name, v in row.items()} for row in of.effect["land"]]
    others = sorted(str(each.params.get("other")) for each in of.findings.exclude(state="fixed"))
    rows = sorted(of.rows.values_list("number", "ref", "state", "digest"))
    return {"findings": named, "others": others, "rows": rows, "records": of.effect["records"], "land": land}


@pytest.mark.parametrize("seed", range(6))
def test_a_part_judged_again_is_as_the_whole_judged_again(karsova: Country, tmp_path: Path, seed: int) -> None:
    """Random changes of shape, reference, area and day, one after another, over a register that has neighbours."""
    dice = random.Random(seed)
    approve(stage(geojson(tmp_path / "old.geojson", [*crowd(dice, 8, "OLD"), Feature("H3", square(1.2))])))
    options = {
        "mapping": {"ref": "id", "stated_m2": "area", "on": "day"},
        "defaults": {"family": "mines", "class": "A4"},
    }
    of = stage(geojson(tmp_path / "new.geojson", crowd(dice)), **options)
    reached = []
    for _each in range(CHANGES):
        number = dice.randint(1, ROWS)
        row = of.rows.get(number=number)
        values = dice.choice(
            [
                {"geometry": square(dice.uniform(0, 8)).wkt},
                {"area": str(dice.choice([9_900, 12_345]))},
                {"id": f"H{dice.randint(0, ROWS)}x"},
                {"day": dice.choice(["2020-02-28", "2020-02-30"])},
            ]
        )
        if all(making_said(row, cell) == value for cell, value in values.items()):
            continue
        actions.change_row(import_id=of.pk, number=number, values=values, by=person(), reason="test")
        reached.append(len(rejudging.reach_of(of, selectors.read_rows(of, [number])).inner))
        part = told(of)
        rejudging.judge_whole(of, mapping_of(of, of.rows.first()), {})
        assert part == told(of)
    assert min(reached) < ROWS / 2  # else nothing was spared


def making_said(row: Any, cell: str) -> str:
    """What the row says in a cell."""
    from clearground.exchange.actions.findings import as_given

    return as_given(row, cell)


def test_a_change_far_away_touches_nothing(karsova: Country, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many rows, those beside the changed one are read, and no others."""
    of = stage(geojson(tmp_path / "a.geojson", [Feature(f"H{at}", square(at * 3)) for at in range(30)]))
    judged: list[int] = []
    judge = rejudging.checking.judge
    monkeypatch.setattr(
        rejudging.checking, "judge", lambda rows, **more: judged.append(len(rows)) or judge(rows, **more)
    )
    actions.change_row(import_id=of.pk, number=4, values={"geometry": square(9.5).wkt}, by=person(), reason="test")
    assert judged == [1]
    assert making.states(of)["H3"] == "ready"
