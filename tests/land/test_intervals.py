"""Intervals are the states of every day at once: on any day they are `land_states`, to the half square centimetre."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest

from clearground.kernel.land.balances import HALF_CM2_PER_M2
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines
from clearground.land.selectors import interval_codes, interval_rows, land_history, land_intervals, land_states
from clearground.places.selectors import frame

from .factories import LAT, LON, document, line, register, square

pytestmark = pytest.mark.django_db
KINDS = [Kind.SUSPECT, Kind.RECORD, Kind.CONFIRM, Kind.CLEAR, Kind.REDUCE, Kind.CANCEL, Kind.REOPEN, Kind.CLEAR]
HAZARDS = {Kind.SUSPECT, Kind.RECORD, Kind.CONFIRM}
SAID = ("family", "state", "hazard_class", "is_outside", "event_id")


def random_books(seed: int) -> list[date]:
    """Overlapping polygons of all kinds in three approvals, with late reports and corrections; the days of approval."""
    person, dice, days = register(), random.Random(seed), []
    for number in range(3):
        lines = []
        for at in range(14):
            kind = dice.choice(KINDS)
            day = date(2010, 1, 1) + timedelta(days=dice.randrange(2500))
            shape = square(
                dice.randrange(-40, 30), dice.randrange(-30, 20), dice.randrange(4, 18), dice.randrange(4, 18)
            )
            again = number and dice.random() < 0.4
            side = "C" if kind.is_release else "H"
            ref = f"{side}{(number - 1) * 14 + at if again else number * 14 + at}"
            klass = dice.choice(["A1", "A4", None]) if kind in HAZARDS else None
            lines.append(line(ref, kind, day.isoformat(), shape, hazard_class=klass, operator="OP1", method="manual"))
        days.append(date(2018 + number, 1, 1))
        approve_lines(lines=lines, document=document(person), on=days[-1], by=person, reason="test")
    return days


def areas(rows: Any) -> Counter[tuple[Any, ...]]:
    """Exact area, in half square centimetres, of what the rows say of land."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        found[tuple(row[name] for name in SAID)] += round(row["area_m2"] * HALF_CM2_PER_M2)
    return found


@pytest.mark.parametrize("seed", range(6))
def test_on_any_day_they_are_the_states_of_that_day(seed: int) -> None:
    """Areas equal with ==, for each event, family, state and class, as known at each approval."""
    dice, codes = random.Random(seed + 100), None
    for seq, known in enumerate(random_books(seed), start=1):
        found, codes = land_intervals(seq=seq), interval_codes()
        rows = list(interval_rows(found, codes))
        edges = [int(day) + step for day in dice.sample(found.since.tolist(), min(6, len(found))) for step in (-1, 0)]
        for day in [*edges, date(2030, 1, 1).toordinal()]:
            standing = [row for row in rows if row["since"] <= day and (row["until"] is None or day < row["until"])]
            expected = areas(land_states(as_of=date.fromordinal(day), known=known))
            assert areas(standing) == expected
        assert any(row["until"] is not None for row in rows)


def test_shapes_of_one_moment_cover_the_ground_once() -> None:
    """Faces that are joined make the shape that their areas say."""
    random_books(3)
    found = land_intervals(seq=3)
    stated = found.area2 / HALF_CM2_PER_M2
    # Corners of faces are rounded to the grid: half a centimetre along each edge.
    assert frame().area_m2(list(found.shape)).tolist() == pytest.approx(stated.tolist(), rel=1e-3, abs=5)
    assert len(found) < len(list(land_states(as_of=date(2030, 1, 1)))) * 4


def test_a_window_tells_what_the_whole_tells() -> None:
    """Rows of a box are rows of the whole, and those within it are all there."""
    random_books(1)
    whole, half = land_intervals(seq=3), land_intervals(seq=3, box=(LON, LAT - 1, LON + 1, LAT + 1))
    assert 0 < len(half) <= len(whole)
    assert set(half.event_id.tolist()) <= set(whole.event_id.tolist())


def test_released_land_says_which_class_it_left() -> None:
    """A release is credited under it."""
    person = register()
    lines = [
        line("H1", Kind.SUSPECT, "2010-01-01", square(0, 0, 10), hazard_class="A1"),
        line("C1", Kind.CLEAR, "2012-01-01", square(0, 0, 20)),
    ]
    approve_lines(lines=lines, document=document(person), on=date(2020, 1, 1), by=person, reason="test")
    rows = list(interval_rows(land_intervals(seq=1), interval_codes()))
    assert {(row["state"], row["is_outside"], row["left"]) for row in rows} == {
        ("suspected", False, None),
        ("cleared", False, "A1"),
        ("cleared", True, None),
    }


def test_a_spot_has_one_history() -> None:
    """Every event over it in book order, with what each did; one that changed nothing says so."""
    person = register()
    lines = [
        line("H1", Kind.SUSPECT, "2010-01-01", square(0, 0, 10), hazard_class="A1"),
        line("C1", Kind.CLEAR, "2012-01-01", square(0, 0, 5)),
        line("C2", Kind.CANCEL, "2013-01-01", square(0, 0, 10)),
        line("X", Kind.CLEAR, "2013-01-01", square(30, 30, 5)),
    ]
    approve_lines(lines=lines, document=document(person), on=date(2020, 1, 1), by=person, reason="test")
    turns = land_history(LON + 0.002, LAT + 0.002, seq=1)
    assert [turn.event.record.ref for turn in turns] == ["H1", "C1", "C2"]
    assert [turn.before["state"] if turn.before else None for turn in turns] == [None, "suspected", "cleared"]
    assert [turn.after["state"] for turn in turns] == ["suspected", "cleared", "cleared"]
    assert [turn.area_m2 is None for turn in turns] == [False, False, True]
    cleared = sum(row["area_m2"] for row in land_states(as_of=date(2020, 1, 1)) if row["event_id"] == turns[1].event.pk)
    assert turns[1].area_m2 == cleared
    assert land_history(LON + 1, LAT + 1, seq=1) == []


def test_a_history_asks_as_often_for_many_events_as_for_few(django_assert_max_num_queries) -> None:
    """Records, documents and approvals come with the events."""
    person = register()
    lines = [line(f"H{at}", Kind.SUSPECT, f"20{at + 10}-01-01", square(0, 0, 10 + at)) for at in range(12)]
    approve_lines(lines=lines, document=document(person), on=date(2020, 1, 1), by=person, reason="test")
    land_history(LON + 0.002, LAT + 0.002, seq=1)
    with django_assert_max_num_queries(9):
        turns = land_history(LON + 0.002, LAT + 0.002, seq=1)
        assert [turn.event.document.ref and turn.event.approval.by.name for turn in turns] == ["Tester"] * 12
