"""The only writer of lineage: which hazard records came from which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from clearground.accounts.models import Person
from clearground.audit.actions import Kind, record
from clearground.common.errors import Refused
from clearground.common.locks import hold_until_commit

from ..choices import LineageKind
from ..models import Lineage, Record

Link = tuple[str, str, str]


@transaction.atomic
def record_lineage(*, links: Sequence[Link], on: date, by: Person, reason: str) -> None:
    """Each (parent, child, kind) says that the hazard record `child` came from `parent`.

    It moves no land: the versions of the records do. Refused where a record is unknown or is a
    release, where a link stands already, and where a record would come from itself.
    """
    hold_until_commit("land.lineage")
    if unknown := sorted({kind for _parent, _child, kind in links} - set(LineageKind.values)):
        raise Refused(_("There is no lineage %(kind)s.") % {"kind": unknown[0]}, ", ".join(LineageKind.values))
    at = _hazards({ref for parent, child, _kind in links for ref in (parent, child)})
    pairs = [(at[parent], at[child]) for parent, child, _kind in links]
    _refuse_known(links, pairs)
    _refuse_circles(links, pairs)
    Lineage.objects.bulk_create(
        Lineage(parent_id=parent, child_id=child, kind=kind, on=on)
        for (parent, child), (_parent, _child, kind) in zip(pairs, links, strict=True)
    )
    record(Kind.LINEAGE_RECORDED, subject="lineage", by=by, reason=reason, detail={"links": [list(k) for k in links]})


def _hazards(refs: set[str]) -> dict[str, int]:
    """The rows of these hazard records by reference."""
    found = {row.ref: row for row in Record.objects.filter(ref__in=refs)}
    if missing := sorted(refs - set(found)):
        raise Refused(
            _("No record is called %(refs)s.") % {"refs": ", ".join(missing[:5])},
            _("Approve the new records first: clearground import hazards FILE, clearground approve IMPORT."),
        )
    if releases := sorted(ref for ref, row in found.items() if row.is_release):
        raise Refused(
            _("%(refs)s is a release.") % {"refs": ", ".join(releases[:5])},
            _("Only hazard records come from others; a release names its hazard in its own file."),
        )
    return {ref: row.pk for ref, row in found.items()}


def _refuse_known(links: Sequence[Link], pairs: Sequence[tuple[int, int]]) -> None:
    """No pair stands already, or comes twice."""
    parents = {parent for parent, _child in pairs}
    seen = set(Lineage.objects.filter(parent__in=parents).values_list("parent_id", "child_id"))
    for (parent, child, _kind), pair in zip(links, pairs, strict=True):
        if pair in seen:
            raise Refused(
                _("The register knows already that %(child)s came from %(parent)s.")
                % {"child": child, "parent": parent},
                _("See clearground record REF."),
            )
        seen.add(pair)


def _refuse_circles(links: Sequence[Link], pairs: Sequence[tuple[int, int]]) -> None:
    """No record is among those that it came from."""
    for (parent, child, _kind), (parent_id, child_id) in zip(links, pairs, strict=True):
        if parent_id in _descendants(child_id, pairs):
            raise Refused(
                _("%(parent)s itself came from %(child)s.") % {"child": child, "parent": parent},
                _("Say it the other way round; look both up with clearground record REF."),
            )


def _descendants(record_id: int, pairs: Iterable[tuple[int, int]]) -> set[int]:
    """The record, and all that came from it, by what stands and by `pairs`."""
    found, fresh = {record_id}, {record_id}
    while fresh:
        stored = Lineage.objects.filter(parent__in=fresh).values_list("child_id", flat=True)
        fresh = {*stored, *(child for parent, child in pairs if parent in fresh)} - found
        found |= fresh
    return found
