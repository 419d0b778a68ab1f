"""Fills an empty database with the invented country, through the same doors as real work."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import shapely
from django.db import transaction
from django.utils.translation import gettext as _

from clearground.accounts.actions import add_organisation, add_person, grant_role
from clearground.accounts.models import Organisation, Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused
from clearground.exchange.actions import stage_import
from clearground.exchange.models import Import
from clearground.land import actions as ledger
from clearground.land.actions.code_lists import seed_code_lists
from clearground.land.models import Approval
from clearground.places.actions import add_country, decide_publication, import_boundaries
from clearground.places.choices import Level, Published
from clearground.places.models import Country
from clearground.places.rows import PlaceRow
from clearground.sources.actions import add_document

from .generate import DemoApproval, Demonstration, generate
from .geography import CENTRE_LAT, CENTRE_LON, CODE, NAME, NAME_KM, DemoEdition, DemoPlace
from .programme import PEOPLE, SIGNATURES, DemoSignature, secretary
from .waiting import waiting_files

Tell = Callable[[str, int, "int | None"], None]
REASON = "Demonstration: an invented country, not a record of any real place"
FEWEST_HAZARDS = 50


@dataclass(frozen=True)
class Loaded:
    """What was loaded: the demonstration, and the people who now act in it, by login."""

    demonstration: Demonstration
    people: Mapping[str, Person]


def silent(phase: str, done: int, total: int | None) -> None:
    """Progress that nobody follows."""


@transaction.atomic
def load_demonstration(
    *, size: int, seed: int, by: Person | None = None, reason: str = REASON, tell: Tell = silent
) -> Loaded:
    """The database holds the invented country with `size` hazards and its history, or nothing at all.

    Refused unless the database is empty (people aside). `by` may be None where there is nobody yet:
    then an invented registrar acts. The audit event that comes first makes it a demonstration, which
    takes no real records.
    """
    refuse_unless_empty()
    if size < FEWEST_HAZARDS:
        raise Refused(
            _("A country with %(size)d hazards is too small.") % {"size": size},
            _("Ask for at least %(fewest)d: --hazards %(fewest)d") % {"fewest": FEWEST_HAZARDS},
        )
    tell("drawing the country", 0, None)
    demonstration = generate(size, seed)
    people = _people_and_organisations(demonstration, by, reason)
    registrar = by or people[PEOPLE[0].login]
    told = {"hazards": size, "seed": seed, "digest": demonstration.digest, "synthetic": True}
    record(Kind.DEMONSTRATION_LOADED, subject=f"country:{CODE}", by=registrar, reason=reason, detail=told)
    _country_and_places(demonstration, registrar, reason, tell)
    _books(demonstration, people, tell)
    return Loaded(demonstration, people)


def refuse_unless_empty() -> None:
    """Refuses where the database has a country, organisations or approvals: invented and real are never mixed."""
    if Country.objects.exists() or Organisation.objects.exists() or Approval.objects.exists():
        raise Refused(
            _("This database is not empty; the invented country never joins other records."),
            _("Use another one: set CLEARGROUND_DATA_DIR to a new folder, or DATABASE_URL, and run clearground demo."),
        )


def _people_and_organisations(demonstration: Demonstration, by: Person | None, reason: str) -> dict[str, Person]:
    """The invented people by login; the first of them adds all others where nobody else acts."""
    first, *others = PEOPLE
    registrar = add_person(login=first.login, name=first.name, by=by, reason=reason)
    adder = by or registrar
    organisations = {
        organisation.code: add_organisation(
            code=organisation.code,
            name=organisation.name,
            name_km=organisation.name_km,
            kind=organisation.kind,
            by=adder,
            reason=reason,
        )
        for organisation in demonstration.organisations
    }
    people = {first.login: registrar}
    for person in others:
        home = organisations.get(person.organisation)
        people[person.login] = add_person(
            login=person.login, name=person.name, by=adder, organisation=home, reason=reason
        )
    for person in PEOPLE:
        for role in person.roles:
            grant_role(person=people[person.login], role=role, by=adder, reason=reason)
    return people


def _country_and_places(demonstration: Demonstration, by: Person, reason: str, tell: Tell) -> None:
    """The country, its code lists, and both boundary editions; the later one is current."""
    centre = (CENTRE_LON, CENTRE_LAT)
    named = {"code": CODE, "name": NAME, "name_km": NAME_KM}
    extent = _extent(demonstration)
    add_country(**named, centre=centre, extent=extent, is_invented=True, by=by, reason=reason)
    decide_publication(published=Published.LAND, by=by, reason="Nothing in it is real, so that anybody may look")
    seed_code_lists(by=by, reason=reason)
    editions = demonstration.boundary_editions
    for done, edition in enumerate(editions):
        tell("drawing boundaries", done, len(editions))
        import_boundaries(
            edition_name=edition.name,
            rows=list(_place_rows(demonstration.places, edition)),
            source=edition.source,
            licence="invented",
            valid_from=edition.valid_from,
            make_current=edition.is_current,
            by=by,
            reason=reason,
        )
    tell("drawing boundaries", len(editions), len(editions))


def _extent(demonstration: Demonstration) -> shapely.Geometry:
    """All of the country: where records of it may lie."""
    current = next(edition for edition in demonstration.boundary_editions if edition.is_current)
    provinces = (place.code for place in demonstration.places if place.level == Level.PROVINCE)
    return shapely.union_all([current.shapes[code] for code in provinces if code in current.shapes])


def _place_rows(places: tuple[DemoPlace, ...], edition: DemoEdition) -> Iterator[PlaceRow]:
    """The places that the edition has, each with its shape."""
    for place in places:
        if place.code in edition.shapes:
            shape = edition.shapes[place.code]
            yield PlaceRow(place.code, place.name, Level(place.level), place.name_km, place.parent, shape)


def _books(demonstration: Demonstration, people: Mapping[str, Person], tell: Tell) -> None:
    """Every approval in its order, then one cut of all land, then the editions, each as known on its day."""
    total = len(demonstration.approvals)
    for done, approval in enumerate(demonstration.approvals):
        tell("approving", done, total)
        _approve(approval, people[approval.by])
    tell("approving", total, total)
    tell("cutting land into faces", 0, 1)
    ledger.rebuild_ledger(by=people[PEOPLE[0].login], reason=REASON)
    tell("cutting land into faces", 1, 1)
    for signature in SIGNATURES:
        _sign(signature, people)


def _approve(approval: DemoApproval, by: Person) -> None:
    """The approval is in the ledger: its lines, its withdrawals, and the lineage that it notes."""
    if approval.lines and approval.document:
        source = approval.document
        document = add_document(
            ref=source.ref, title=source.title, publisher=source.publisher, dated=source.dated, by=by
        )
        ledger.approve_lines(
            lines=approval.lines,
            document=document,
            on=approval.on,
            by=by,
            reason=approval.reason,
            is_cut_later=True,
        )
    if approval.withdrawals:
        ledger.withdraw_records(refs=approval.withdrawals, on=approval.on, by=by, reason=approval.reason)
    if approval.lineage:
        links = [(link.parent, link.child, link.kind) for link in approval.lineage]
        ledger.record_lineage(links=links, on=approval.on, by=by, reason=approval.reason)


def _sign(signature: DemoSignature, people: Mapping[str, Person]) -> None:
    ledger.sign_edition(
        name=signature.name,
        as_of=signature.as_of,
        known=signature.known,
        by=people[secretary(signature.known)],
        reason=signature.reason,
    )


def bring_waiting_files(*, by: Mapping[str, Person]) -> list[Import]:
    """Two files with slips in them wait in the demonstration, each brought by the person whose work it is.

    Staging commits in batches, so that this comes after the country is loaded, not with it.
    """
    brought = []
    for file in waiting_files():
        with tempfile.TemporaryDirectory(prefix="clearground-waiting-") as folder:
            path = Path(folder) / file.name
            path.write_text(file.body, "utf-8")
            person = by[file.by]
            staged = stage_import(path=path, subject=file.subject, mapping={}, defaults={}, by=person, reason=REASON)
            brought.append(staged)
    return brought
