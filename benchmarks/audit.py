"""How long an auditor waits for an answer, with a million sealed events.

Fills a scratch register (SQLite, or PostgreSQL by DATABASE_URL of an empty database) and asks the usual questions.

Example: python -m benchmarks.audit --events 1000000
"""

from __future__ import annotations

import argparse
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import quantiles
from typing import Any

KINDS = {"finding.ruled": 55, "record.corrected": 20, "document.added": 10, "import.approved": 8, "import.staged": 4}
KINDS |= {"lineage.recorded": 2, "person.added": 1}
PEOPLE, RECORDS, IMPORTS, BATCH = 40, 200_000, 2_000, 5_000
START = datetime(2006, 1, 1, tzinfo=UTC)


def main() -> None:
    """Printed: p50 and p95 of each question, in milliseconds."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--rounds", type=int, default=40)
    asked.add_argument("--folder", default="", help="Keep the register here, and use it again.")
    arguments = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["CLEARGROUND_DATA_DIR"] = arguments.folder or scratch
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clearground.settings")
        start(arguments.events)
        measure(arguments.rounds)


def start(events: int) -> None:
    """The register is there, with so many events."""
    import django

    django.setup()
    from django.core.management import call_command

    from clearground.audit.models import AuditEvent

    call_command("migrate", verbosity=0)
    if AuditEvent.objects.count() < events:
        began = time.perf_counter()
        fill(events, random.Random(7))  # noqa: S311 - the same register each time, and no secret
        print(f"{events:,} events sealed in {time.perf_counter() - began:.0f} s")


def fill(events: int, dice: random.Random) -> None:
    """A country, people, and the chain."""
    from clearground.accounts.models import Person, RoleGrant
    from clearground.audit.models import AuditEvent
    from clearground.places.models import Country

    Country.objects.create(code="XKV", name="Karsova", is_invented=True, centre_lon=21, centre_lat=40)
    Person.objects.bulk_create(Person(login=f"person{at}", name=f"Person {at}") for at in range(PEOPLE))
    first = Person.objects.earliest("pk")
    RoleGrant.objects.create(person=first, role="quality_officer")
    held: list[Any] = []
    for event in chain(events, list(Person.objects.values_list("pk", flat=True)), dice):
        held.append(event)
        if len(held) == BATCH:
            AuditEvent.objects.bulk_create(held)
            held = []
    AuditEvent.objects.bulk_create(held)


def chain(events: int, people: list[int], dice: random.Random) -> Iterator[Any]:
    """Events over twenty years, each sealed to the one before; few people do most of it."""
    from clearground.audit.chain import GENESIS, SEALED, seal
    from clearground.audit.models import AuditEvent

    previous, step = GENESIS, timedelta(days=20 * 365) / events
    kinds, weights = list(KINDS), list(KINDS.values())
    busy = [1 / (at + 1) for at in range(len(people))]
    for number in range(1, events + 1):
        kind = dice.choices(kinds, weights)[0]
        event = AuditEvent(
            number=number, at=START + step * number, kind=kind, subject=subject_of(kind, dice),
            by_id=dice.choices(people, busy)[0], reason=f"Session {number // 5_000}",
            detail={"row": number, "state": "accepted"}, previous_hash=previous,
        )  # fmt: skip
        previous = event.hash = seal(tuple(getattr(event, column) for column in SEALED))
        yield event


def subject_of(kind: str, dice: random.Random) -> str:
    """What an event of that kind is about; early records and imports are corrected most."""
    if kind == "record.corrected":
        return f"record:KV-{int(RECORDS * dice.random() ** 2):06d}"
    if kind.startswith(("import", "finding")):
        return f"import:{1 + int(IMPORTS * dice.random() ** 2)}"
    return {
        "document.added": f"document:D{dice.randrange(10**6)}",
        "person.added": f"person:person{dice.randrange(40)}",
    }.get(kind, "lineage")


def questions(dice: random.Random) -> dict[str, Callable[[], dict[str, str]]]:
    """What auditors ask, as parameters of the page."""

    def day() -> str:
        return (START + timedelta(days=dice.randrange(20 * 360))).date().isoformat()

    def person() -> str:
        return f"person{dice.randrange(PEOPLE)}"

    def kind() -> str:
        return dice.choice(list(KINDS))

    def record() -> str:
        return f"record:{f'KV-{dice.randrange(RECORDS):06d}'}"

    return {
        "the newest": dict,
        "one record": lambda: {"about": record()},
        "an import of many events": lambda: {"about": f"import:{1 + dice.randrange(5)}"},
        "a subject and a kind": lambda: {"about": f"import:{1 + dice.randrange(5)}", "kind": "import.approved"},
        "a subject of many and a person": lambda: {"about": "lineage", "by": person()},
        "how references begin": lambda: {"about": f"KV-{dice.randrange(2000):04d}"},
        "a kind": lambda: {"kind": kind()},
        "a person": lambda: {"by": person()},
        "a person and a kind": lambda: {"by": person(), "kind": kind()},
        "a day": lambda: {"since": (at := day()), "until": at},
        "a kind until a day": lambda: {"kind": kind(), "until": day()},
        "a person and a kind until a day": lambda: {"by": person(), "kind": kind(), "until": day()},
        "a page far down": lambda: {"kind": "finding.ruled", "before": str(dice.randrange(1000, 900_000))},
    }


def measure(rounds: int) -> None:
    """Printed: the answer of the database, and the whole page with the words in it."""
    from django.test import Client

    from clearground.accounts.models import Person
    from clearground.audit.selectors import answer, subjects_like
    from clearground.web.administration.forms.audit import AuditForm

    client, dice = Client(SERVER_NAME="127.0.0.1"), random.Random(11)  # noqa: S311 - the same questions each time
    client.force_login(Person.objects.earliest("pk"))
    print(f"{'question':<34}{'answer p50':>12}{'p95':>8}{'page p50':>12}{'p95':>8}   ms")
    for name, ask in questions(dice).items():
        asked = [ask() for _ in range(rounds)]
        answers = [timed(lambda one=one: list(answer(AuditForm(one).asked())[:51])) for one in asked]
        pages = [timed(lambda one=one: page(client, one)) for one in asked]
        print(f"{name:<34}{p(answers, 50):>12.1f}{p(answers, 95):>8.1f}{p(pages, 50):>12.1f}{p(pages, 95):>8.1f}")
    typed = [timed(lambda: subjects_like(f"KV-{dice.randrange(200):03d}")) for _ in range(rounds)]
    print(f"{'what begins as somebody types':<34}{p(typed, 50):>12.1f}{p(typed, 95):>8.1f}")


def page(client: Any, asked: dict[str, str]) -> None:
    """The page was answered."""
    answered = client.get("/audit/", asked)
    if answered.status_code != 200:
        raise SystemExit(f"{asked}: {answered.status_code}")


def timed(ask: Callable[[], Any]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    ask()
    return (time.perf_counter() - began) * 1000


def p(times: list[float], percent: int) -> float:
    """The percentile of the times."""
    return quantiles(times, n=100, method="inclusive")[percent - 1]


if __name__ == "__main__":
    main()
