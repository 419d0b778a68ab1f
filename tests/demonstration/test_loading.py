"""Loading the invented country: all of it through the doors of real work, or none of it."""

from __future__ import annotations

from datetime import date

import pytest

from clearground.accounts.models import Organisation, Person
from clearground.audit.choices import Kind as AuditKind
from clearground.audit.models import AuditEvent
from clearground.common.errors import Refused
from clearground.demonstration import actions
from clearground.demonstration.actions import load_demonstration
from clearground.demonstration.generate import Demonstration
from clearground.demonstration.known import History, credits
from clearground.demonstration.programme import SIGNATURES, STORY_YEAR
from clearground.demonstration.story import FAMILY, SIGNED_KNOWN, story_of
from clearground.exchange.selectors import is_demonstration
from clearground.kernel.land.events import Kind
from clearground.land.models import Approval, Edition, LandEvent, Lineage, Record
from clearground.land.selectors import sheet
from clearground.places.models import BoundaryEdition, Country, Place
from clearground.places.selectors import current_boundaries

SIZE, SEED = 160, 25

pytestmark = pytest.mark.django_db


def booked_m2(known: date | None) -> float:
    """Mined land cleared in the year of the story, by the ledger."""
    first, last = date(STORY_YEAR, 1, 1), date(STORY_YEAR, 12, 31)
    rows = sheet(as_of=last, since=first, by=("family",), known=known).rows
    return sum(row["cleared_m2"] for row in rows if row["family"] == FAMILY)


def counted_m2(made: Demonstration, known: date) -> float:
    """The same by the slow engine of the story."""
    history = History.of(made.approvals)
    lines = [line for line in history.standing(known) if FAMILY in {family for family, _class in line.families}]
    wanted = [line for line in lines if line.kind is Kind.CLEAR and line.on.year == STORY_YEAR]
    return sum(credit.credited_m2 for credit in credits(history, lines, wanted).values())


def test_the_database_holds_the_whole_country() -> None:
    """Country, both boundary editions, people, every version and every approval of the generated history."""
    loaded = load_demonstration(size=SIZE, seed=SEED)
    made = loaded.demonstration
    assert Country.objects.get().is_invented
    assert Place.objects.count() == len(made.places)
    assert BoundaryEdition.objects.count() == 2
    assert current_boundaries() == BoundaryEdition.objects.get(name="Boundaries 2015")
    assert Organisation.objects.count() == len(made.organisations)
    lines = sum(len(approval.lines) for approval in made.approvals)
    assert LandEvent.objects.exclude(kind=None).count() == lines
    assert Lineage.objects.count() == sum(len(approval.lineage) for approval in made.approvals)
    assert not Approval.objects.filter(is_reconstructed=True).exists()
    withdrawn = {ref for approval in made.approvals for ref in approval.withdrawals}
    standing = set(LandEvent.objects.filter(until_seq=None).exclude(kind=None).values_list("record__ref", flat=True))
    assert withdrawn
    assert standing.isdisjoint(withdrawn)
    assert standing | withdrawn == set(Record.objects.values_list("ref", flat=True))
    assert set(LandEvent.objects.exclude(kind=None).values_list("kind", flat=True)) == {int(kind) for kind in Kind}
    assert list(Approval.objects.values_list("on", flat=True)) == sorted(Approval.objects.values_list("on", flat=True))


def test_two_editions_are_signed_as_then_known() -> None:
    """The statements of 2016 and 2017, before anything later was in the books."""
    load_demonstration(size=60, seed=SEED)
    assert set(Edition.objects.values_list("name", "as_of", "known")) == {
        (s.name, s.as_of, s.known) for s in SIGNATURES
    }
    for edition in Edition.objects.all():
        assert Approval.objects.get(seq=edition.seq).on <= edition.known
        assert Approval.objects.get(seq=edition.seq + 1).on > edition.known


def test_the_ledger_credits_what_the_story_says() -> None:
    """Two engines that share no code for cutting or folding: within the grid's rounding along the borders."""
    made = load_demonstration(size=SIZE, seed=SEED).demonstration
    told = story_of(made).totals_m2["authority"]
    assert booked_m2(SIGNED_KNOWN) == pytest.approx(told, abs=20)
    now = counted_m2(made, date.max)
    assert booked_m2(None) == pytest.approx(now, abs=20)
    assert now > told + 10_000, "late reports change nothing?"


def test_real_files_are_refused_there() -> None:
    """The import asks the database, and the database says that it is a demonstration."""
    assert not is_demonstration()
    load_demonstration(size=60, seed=SEED)
    assert is_demonstration()


def test_a_database_with_anything_in_it_is_refused() -> None:
    """Invented and real records never meet."""
    person = load_demonstration(size=60, seed=SEED).people["karsova.registrar"]
    events = AuditEvent.objects.count()
    with pytest.raises(Refused, match="not empty"):
        load_demonstration(size=60, seed=SEED, by=person)
    assert AuditEvent.objects.count() == events


def test_too_small_a_country_is_refused() -> None:
    """There would be nothing to see in it."""
    with pytest.raises(Refused, match="too small"):
        load_demonstration(size=3, seed=SEED)
    assert not Person.objects.exists()


def test_a_failure_on_the_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No half of a country, and no audit event of one."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(actions, "_sign", fail)
    with pytest.raises(RuntimeError, match="power cut"):
        load_demonstration(size=60, seed=SEED)
    assert not any(model.objects.exists() for model in (Country, Person, Record, Approval, AuditEvent))


def test_somebody_who_is_there_can_load_it() -> None:
    """Then that person is the one who did it, in the audit."""
    person = Person.objects.create(login="keeper", name="Keeper")
    load_demonstration(size=60, seed=SEED, by=person)
    event = AuditEvent.objects.get(kind=AuditKind.DEMONSTRATION_LOADED)
    assert event.by == person
    assert event.detail["synthetic"] is True
    assert event.detail["seed"] == SEED


def test_progress_is_told_and_ends() -> None:
    """A bar that follows it comes to its end."""
    told: list[tuple[str, int, int | None]] = []
    load_demonstration(size=60, seed=SEED, tell=lambda *step: told.append(step))
    last = {phase: (done, total) for phase, done, total in told}
    assert list(last) == ["drawing the country", "drawing boundaries", "approving", "cutting land into faces"]
    assert [phase for phase, (done, total) in last.items() if total is not None and done != total] == []
    assert [step for step in told if step[0] == "drawing boundaries"]
