"""From approvals to sheets: what counts, when, where, and that it adds up."""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction

from clearground.accounts.models import Person
from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines, rebuild_ledger, withdraw_records
from clearground.land.lines import Line
from clearground.land.models import Approval, Cluster, ClusterPlaces, LandEvent
from clearground.land.selectors import land_states, sheet, verify_ledger
from clearground.land.selectors.loading import ledger
from clearground.land.selectors.verification import face_rows

from .factories import document, line, register, square

pytestmark = pytest.mark.django_db
AS_OF = date(2020, 12, 31)


@pytest.fixture
def person() -> Person:
    """An empty register of the invented country."""
    return register()


def approve(person: Person, *lines: Line, on: str = "2020-01-01") -> Approval:
    """The lines are approved on a day."""
    day = date.fromisoformat(on)
    return approve_lines(lines=lines, document=document(person), on=day, by=person, reason="test")


def total(column: str, **question: Any) -> float:
    """The sum of one column."""
    rows = sheet(**({"as_of": AS_OF} | question)).rows
    return sum(row[column] for row in rows)


def test_released_land_is_credited_to_the_class_it_left(person: Person) -> None:
    """A release states no class; the sheet books it in the row of the land's."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2), hazard_class="A4"))
    approve(person, line("R", Kind.CLEAR, "2015-01-01", square(1, 0, 1), operator="OP1"))
    (row,) = sheet(as_of=AS_OF).rows
    assert (row["class"], row["closing_m2"] + row["cleared_m2"]) == ("A4", pytest.approx(row["new_m2"]))
    assert sheet(as_of=AS_OF).adds_up


def test_land_is_booked_in_the_commune_that_it_lies_in(person: Person) -> None:
    """A polygon across a border is shared out, and the parts sum to the whole, exactly."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(-1, 0, 2), hazard_class="A4"))
    rows = sheet(as_of=AS_OF, by=("commune",)).rows
    assert {row["commune"] for row in rows} == {"010101", "010102"}
    assert sum(row["closing_m2"] for row in rows) == total("closing_m2", by=())


def test_flows_by_operator_have_no_stocks(person: Person) -> None:
    """A stock belongs to land, not to who released it: null, not zero."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2), hazard_class="A4"))
    approve(person, line("R", Kind.CLEAR, "2015-01-01", square(1, 0, 1), operator="OP1"))
    by_operator = {row["operator"]: row for row in sheet(as_of=AS_OF, by=("operator",)).rows}
    assert by_operator["OP1"]["closing_m2"] is None
    assert by_operator["OP1"]["cleared_m2"] == total("cleared_m2")


def test_a_record_without_polygon_has_columns_of_its_own(person: Person) -> None:
    """Stated area is never mixed with placed area, and a stated release draws on it."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", stated_m2=500.0, hazard_class="A4"))
    approve(person, line("R", Kind.CLEAR, "2015-01-01", stated_m2=600.0, hazard="H"))
    (row,) = [row for row in sheet(as_of=AS_OF).rows if row["class"] == "A4"]
    assert (row["closing_m2"], row["unplaced_new_m2"], row["unplaced_released_m2"], row["unplaced_closing_m2"]) == (
        0.0,
        500.0,
        500.0,
        0.0,
    )
    assert total("unplaced_outside_m2") == 100.0


def test_items_of_a_spot_task_are_counted_once_where_it_lies(person: Person) -> None:
    """A point has items and no area; two families on one line don't double the items."""
    point = square(1, 1, 1).centroid
    both = (("mines", None), ("erw", None))
    approve(person, line("S", Kind.CLEAR, "2015-01-01", point, families=both, items={"antipersonnel_mine": 3}))
    rows = sheet(as_of=AS_OF, by=("commune",)).rows
    assert [(row["commune"], row["items_antipersonnel_mine"]) for row in rows if row["items_antipersonnel_mine"]] == [
        ("010102", 3)
    ]
    assert total("outside_m2") == 0


def test_on_the_approved_basis_a_late_report_flows_when_it_was_approved(person: Person) -> None:
    """Cleared in 2015, approved in 2017: 2015 on one basis, 2017 on the other."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2), hazard_class="A4"), on="2010-06-01")
    approve(person, line("R", Kind.CLEAR, "2015-01-01", square(1, 0, 1)), on="2017-06-01")
    for basis, year in (("happened", "2015"), ("approved", "2017")):
        printed = sheet(as_of=AS_OF, by=("class", "year"), basis=basis)
        assert [row["year"] for row in printed.rows if row["cleared_m2"]] == [year]
        assert printed.adds_up


def test_a_correction_supersedes_and_moves_no_credit(person: Person) -> None:
    """The same reference again is a new version; the books know it from its approval on."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2), hazard_class="A1"), on="2012-01-01")
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2), hazard_class="A4"), on="2013-01-01")
    assert [row["class"] for row in sheet(as_of=AS_OF).rows] == ["A4"]
    assert [row["class"] for row in sheet(as_of=AS_OF, known=date(2012, 6, 1)).rows] == ["A1"]
    by_class = {row["class"]: row for row in sheet(as_of=AS_OF, by=("class", "year"), basis="approved").rows}
    assert by_class["A4"]["corrected_m2"] == -by_class["A1"]["corrected_m2"] or by_class["A4"]["closing_m2"] > 0


def test_days_of_approval_never_fall(person: Person) -> None:
    """What was known on a day can't change afterwards."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2)), on="2012-01-01")
    source, early = document(person), date(2011, 12, 31)
    before = (LandEvent.objects.count(), AuditEvent.objects.count())
    late = [line("H2", Kind.RECORD, "2010-01-01", square(1, 0, 2))]
    with pytest.raises(Refused, match="last approval"):
        approve_lines(lines=late, document=source, on=early, by=person, reason="test")
    assert (LandEvent.objects.count(), AuditEvent.objects.count()) == before


def test_unknown_codes_are_refused_whole(person: Person) -> None:
    """Nothing of an approval is stored where one line names what the register does not know."""
    bad = line("R", Kind.CLEAR, "2015-01-01", square(1, 0, 1), operator="NOBODY", families=(("mines", "A9"),))
    with pytest.raises(Refused, match="NOBODY") as refused:
        approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2)), bad)
    assert "class mines/A9" in refused.value.what
    assert not LandEvent.objects.exists()


def test_a_hazard_cannot_become_a_release(person: Person) -> None:
    """A reference keeps its nature through all its versions."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2)))
    with pytest.raises(Refused, match="can't be a hazard and a release"):
        approve(person, line("H", Kind.CLEAR, "2015-01-01", square(1, 0, 2)))


def test_what_was_withdrawn_can_be_withdrawn_once(person: Person) -> None:
    """The record is gone from today's books and still in those of the day before."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2)), on="2012-01-01")
    withdraw_records(refs=["H"], on=date(2013, 1, 1), by=person, reason="twice")
    assert total("closing_m2") == 0
    assert total("closing_m2", known=date(2012, 12, 31)) > 0
    with pytest.raises(Refused, match="No standing record"):
        withdraw_records(refs=["H"], on=date(2013, 1, 1), by=person, reason="twice")


def test_nothing_is_known_before_the_first_approval(person: Person) -> None:
    """Asked for a day on which nothing was known, the ledger explains instead of printing zeros."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2)), on="2012-01-01")
    with pytest.raises(Refused, match="first approval was on 2012-01-01"):
        sheet(as_of=AS_OF, known=date(2011, 1, 1))


@pytest.mark.parametrize("question", [{"by": ("colour",)}, {"basis": "guessed"}, {"since": date(2030, 1, 1)}])
def test_a_question_that_has_no_answer_is_refused(person: Person, question: dict[str, Any]) -> None:
    """Each with the words that would have worked."""
    with pytest.raises(Refused) as refused:
        sheet(as_of=AS_OF, **question)
    assert refused.value.remedy


def test_the_map_shows_what_the_sheet_sums(person: Person) -> None:
    """States of land on a day have the areas of the closing and of the released land."""
    approve(person, line("H", Kind.SUSPECT, "2010-01-01", square(1, 0, 2), hazard_class="A1"))
    approve(person, line("R", Kind.CLEAR, "2015-01-01", square(2, 1, 3)))
    areas: dict[tuple[str, bool], float] = {}
    for state in land_states(as_of=AS_OF):
        key = (state["state"], state["is_outside"])
        areas[key] = areas.get(key, 0.0) + state["area_m2"]
    assert areas[("suspected", False)] == pytest.approx(total("closing_m2"))
    assert areas[("cleared", False)] == pytest.approx(total("cleared_m2"))
    assert areas[("cleared", True)] == pytest.approx(total("outside_m2"))
    assert not list(land_states(as_of=AS_OF, box=(10.0, 10.0, 11.0, 11.0)))


def test_the_ledger_is_append_only(person: Person) -> None:
    """The database refuses to change or delete an event; only the end of a version may be set."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2)))
    rows = LandEvent.objects.all()
    for change in (lambda: rows.update(stated_m2=1.0), lambda: rows._raw_delete(rows.db)):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            change()


def random_line(chance: random.Random, number: int) -> Line:
    """A line over a crowded square of ground, tile borders included."""
    ref = f"{chance.choice('HR')}{chance.randrange(max(number, 1))}"
    kind = chance.choice([Kind.SUSPECT, Kind.RECORD, Kind.CONFIRM] if ref[0] == "H" else [Kind.CANCEL, Kind.CLEAR])
    shape = square(chance.randrange(-12, 12), chance.randrange(-12, 12), chance.randrange(1, 5), chance.randrange(1, 5))
    on = date(2010, 1, 1) + timedelta(days=chance.randrange(2000))
    return line(ref, kind, on.isoformat(), shape, hazard_class=chance.choice(["A1", "A4"]) if ref[0] == "H" else None)


def test_incremental_equals_rebuild(person: Person) -> None:
    """After many approvals, corrections and withdrawals in a random order, the stored faces are those of a rebuild."""
    chance = random.Random(20)
    for number in range(60):
        approve(person, random_line(chance, number))
        if number % 7 == 6:
            standing = LandEvent.objects.filter(until_seq=None).exclude(kind=None)
            ref = chance.choice(sorted(standing.values_list("record__ref", flat=True)))
            withdraw_records(refs=[ref], on=date(2020, 1, 1), by=person, reason="test")
    before = ledger()
    rows = face_rows(before.faces, before.event_ids)
    printed = sheet(as_of=AS_OF, by=("class", "commune", "year")).rows
    assert verify_ledger() == []
    rebuild_ledger(by=person, reason="test")
    after = ledger()
    assert face_rows(after.faces, after.event_ids) == rows
    assert sheet(as_of=AS_OF, by=("class", "commune", "year")).rows == printed


def test_a_damaged_cut_is_noticed(person: Person) -> None:
    """Verification compares the stored faces with the events."""
    approve(person, line("H", Kind.RECORD, "2010-01-01", square(1, 0, 2)))
    ClusterPlaces.objects.all().delete()
    Cluster.objects.all().delete()
    assert any("not what the events give" in problem for problem in verify_ledger())
