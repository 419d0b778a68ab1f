"""What the pages of administration show."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.mfa.models import Authenticator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from clearground.accounts.actions.invitations import VALID_FOR
from clearground.accounts.choices import Role
from clearground.accounts.models import Invitation, Person, RoleGrant
from clearground.audit.choices import Kind
from clearground.audit.models import AuditEvent
from clearground.audit.selectors import Asked, answer, head, last_verification
from clearground.land.models import Family
from clearground.land.selectors.code_lists import classes_with_use, item_types_with_use
from clearground.places.actions import PlacesImported
from clearground.places.choices import Level, Published
from clearground.places.findings import RULES, sentence
from clearground.places.models import BoundaryEdition, Country, Place
from clearground.places.selectors import places_by_name

MOST_PLACES = 100
LATEST = 5


def nothing_here() -> Any:
    """There is no such page."""
    raise Http404


def with_state(rows: QuerySet[Person]) -> QuerySet[Person]:
    """People with what an administrator looks for: codes on, a link that waits."""
    codes = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    waiting = Invitation.objects.filter(person=OuterRef("pk"), used_at=None, expires_at__gt=timezone.now())
    rows = rows.select_related("organisation").prefetch_related("grants")
    return rows.annotate(has_codes=Exists(codes), is_invited=Exists(waiting))


def people(*, sought: str, with_left: bool) -> dict[str, Any]:
    """The people of the register by name; `sought` is part of a name, login or organisation."""
    rows = with_state(Person.objects.order_by("-is_active", "name"))
    if not with_left:
        rows = rows.filter(is_active=True)
    if sought := sought.strip():
        fits = Q(name__icontains=sought) | Q(login__icontains=sought) | Q(organisation__code__icontains=sought)
        rows = rows.filter(fits | Q(organisation__name__icontains=sought))
    return {"people": rows, "sought": sought, "with_left": with_left, "left": Person.objects.filter(is_active=False)}


def roles_of(person: Person) -> list[str]:
    """The roles that stand beside the person's name, active or not."""
    return list(RoleGrant.objects.filter(person=person).values_list("role", flat=True))


def about(person: Person) -> dict[str, Any]:
    """How somebody signs in, what role asks for codes, and what was done to the account of late."""
    from clearground.accounts.rights import RIGHTS

    return {
        "state": with_state(Person.objects.filter(pk=person.pk)).get(),
        "roles": [Role(role).label for role in roles_of(person)],
        "needs_codes": bool(RIGHTS.second_factor & set(roles_of(person))),
        "events": list(answer(Asked(subjects=(f"person:{person.login}",)))[:LATEST]),
    }


def link(request: HttpRequest, person: Person, token: str) -> dict[str, Any]:
    """A link to join, as it is shown once."""
    address = request.build_absolute_uri(reverse("web:join", args=[token]))
    return {"somebody": person, "address": address, "until": timezone.localdate() + VALID_FOR}


def code_lists() -> dict[str, Any]:
    """Families, classes by family and version, and types of item."""
    versions: dict[tuple[Family, str], list[Any]] = {}
    for row in classes_with_use():
        versions.setdefault((row.family, row.list_version), []).append(row)
    classes = [(family, version, rows) for (family, version), rows in versions.items()]
    families = Family.objects.annotate(count=Count("classes"))
    return {"families": families, "class_lists": classes, "items": item_types_with_use()}


def places_found(sought: str) -> dict[str, Any]:
    """The provinces with how many parts they have; or, by code or name in either script, what is sought."""
    sought = sought.strip()
    places = Place.objects.annotate(count=Count("parts")).select_related("parent__parent")
    if not sought:
        return {"places": places.filter(level=Level.PROVINCE).order_by("code"), "counts": counts_by_level()}
    fits = Q(code=sought) | Q(name__icontains=sought) | Q(name_km__contains=sought)
    found = list(places.filter(fits).order_by("level", "code")[: MOST_PLACES + 1])
    found = found or list(places.filter(pk__in=[each.pk for each in places_by_name(sought)]).order_by("level", "code"))
    return {"places": found[:MOST_PLACES], "sought": sought, "are_more": len(found) > MOST_PLACES}


def counts_by_level() -> list[tuple[Any, int]]:
    """How many places there are of each level."""
    counts = dict(Place.objects.order_by().values_list("level").annotate(Count("pk")))
    return [(level, counts.get(level, 0)) for level in Level]


def place(row: Place) -> dict[str, Any]:
    """A place, what it is part of from the province down, its parts, and the editions that bound it."""
    above, one = [], row.parent
    while one is not None:
        above.append(one)
        one = one.parent
    parts = row.parts.annotate(count=Count("parts")).order_by("code")
    bounded = BoundaryEdition.objects.filter(boundaries__place=row)
    return {"place": row, "above": above[::-1], "parts": parts, "bounded": bounded, "subject": f"place:{row.code}"}


def boundary_editions() -> list[tuple[BoundaryEdition, list[tuple[Any, int]]]]:
    """The editions, the current one first, each with how many boundaries of each level it has."""
    editions = BoundaryEdition.objects.order_by("-is_current", "-valid_from", "name")
    rows = editions.values_list("pk", "boundaries__place__level").annotate(count=Count("boundaries"))
    counts: dict[int, list[tuple[Any, int]]] = {}
    for pk, level, count in sorted((row for row in rows if row[1]), key=lambda row: row[1]):
        counts.setdefault(pk, []).append((Level(level), count))
    return [(edition, counts.get(edition.pk, [])) for edition in editions]


def taken(done: PlacesImported) -> dict[str, Any]:
    """What came of a file of boundaries: counts, and each rule's findings once, with an example."""
    by_rule: dict[str, list[Any]] = {}
    for finding in done.findings:
        by_rule.setdefault(finding.code, []).append(finding)
    told = [(code, len(found), sentence(found[0]), RULES[code].remedy) for code, found in sorted(by_rule.items())]
    return {"done": done, "told": told}


def decisions(country: Country) -> list[tuple[AuditEvent, Any]]:
    """What was decided about publication so far, the latest first, with its words."""
    decided = answer(Asked(subjects=(f"country:{country.code}",), kind=Kind.PUBLICATION_DECIDED))[:20]
    return [(event, Published(event.detail["after"]).label) for event in decided]


def chain_state() -> dict[str, Any]:
    """The last seal, when the whole chain was read last, and whether it is being read."""
    number, _colon, seal = head().partition(":")
    return {
        "head_number": int(number),
        "head_seal": seal,
        "verified": last_verification(),
        "is_being_verified": is_being_verified(),
    }


def is_being_verified() -> bool:
    """A reading of the chain waits or runs."""
    waiting = (TaskResultStatus.READY, TaskResultStatus.RUNNING)
    return DBTaskResult.objects.filter(task_path__endswith="administration.tasks.verify", status__in=waiting).exists()


def same_question(asked: QueryDict) -> str:
    """The parameters of the question, without where the page begins."""
    return urlencode([(name, value) for name, value in asked.items() if name != "before" and value])
