"""Puts a dossier into words and tables of one language, and prints it on A4 or A3."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import override

from clearground.common import formats
from clearground.common.caution import caution
from clearground.common.errors import Exit, Refused
from clearground.kernel.land.mgrs import degrees_minutes, mgrs_of, utm_of
from clearground.land.choices import method_in_words
from clearground.land.given import BENCHMARK, REFERENCE
from clearground.land.models import LandEvent
from clearground.places.models import Country
from clearground.places.selectors import the_country

from .mapping import MOST_NUMBERED, SIGNS, Label, Sheet, drawn, rings, sign
from .selectors.dossiers import Dossier, dossier
from .selectors.names import called
from .typesetting import typeset

# Width and height of the map on each size of paper, in millimetres.
PAPERS = {"a4": (176.0, 150.0), "a3": (263.0, 255.0)}
Table = dict[str, Any]


def print_dossier(name: str, *, language: str, paper: str = "a4") -> bytes:
    """The PDF of the dossier of a task or a record in a language."""
    if paper not in PAPERS:
        raise Refused(
            _("There is no paper %(paper)s.") % {"paper": paper},
            _("Use one of: %(known)s") % {"known": ", ".join(PAPERS)},
            Exit.USAGE,
        )
    with override(language):
        found = dossier(name)
        said, pictures = in_words(found), {}
        if found.shapes:
            pictures["map"], sheet, labels = drawn(found, *PAPERS[paper])
            said |= map_words(found, sheet, labels)
            pictures |= {f"sign-{state}": sign(state) for state in SIGNS}
        return typeset("dossier", {**said, "paper": paper}, on=found.known, **pictures)


def in_words(found: Dossier) -> dict[str, Any]:
    """All that a dossier prints beside its map, in the active language."""
    country = the_country()
    kind = _("Task dossier") if found.is_task else _("Record dossier")
    points = turning_points(found)
    return {
        "language": formats.language(),
        "country": called(country),
        "title": f"{kind} {found.name}",
        "invented": invented(country),
        "known": _("As known on %(known)s. %(place)s") % {"known": formats.day(found.known), "place": found.place},
        "no_map": _("No polygon and no point is known: there is nothing to draw."),
        "tables": [
            lines_table(found),
            points,
            named_points(found),
            history(found),
            items_table(found),
        ],
        "warning": caution(),
        "law": _("Check every coordinate on the ground before work begins. Datum WGS 84. Areas are computed in one"
                 " equal-area projection of the country, not in UTM."),
        "footer": f"{called(country)} · {kind} {found.name}",
    }  # fmt: skip


def invented(country: Country) -> str:
    """The mark of an invented country."""
    return _("Invented country: nothing here is real") if country.is_invented else ""


def map_words(found: Dossier, sheet: Sheet, labels: Iterable[Label]) -> dict[str, Any]:
    """What stands beside and on the map."""
    zone = f"{found.zone}{'N' if found.is_north else 'S'}"
    scale = _("Scale 1:%(scale)s. Grid of %(step)s m: UTM zone %(zone)s, WGS 84; north is of the grid.") % {
        "scale": formats.number(sheet.scale),
        "step": formats.number(sheet.step_m),
        "zone": zone,
    }
    words = {
        "cancelled": _("Cancelled"),
        "reduced": _("Reduced"),
        "cleared": _("Cleared"),
        "not_stated": _("Degree not stated"),
        "suspected": _("Suspected"),
        "confirmed": _("Confirmed"),
    }
    return {
        "map_size": [sheet.width_mm, sheet.height_mm],
        "scale": scale,
        "blank": _("Land of these families is drawn: %(families)s. Where nothing is drawn, nothing is recorded.")
        % {"families": ", ".join(families_of(found))},
        "labels": [[label.x_mm, label.y_mm, label.text] for label in labels],
        "legend": [[state, words[state]] for state in reversed(SIGNS)],
        "own": _("Outline of this dossier, with turning points"),
        "commune": _("Commune boundary"),
    }


def families_of(found: Dossier) -> list[str]:
    """The families that the dossier's lines are about."""
    return list(dict.fromkeys(called(one.family) for line in found.lines for one in line.in_families.all()))


def table(
    title: str, head: list[str], rows: list[list[str]], *, note: str = "", wide: list[float] | None = None
) -> Table:
    """A table as the template sets it."""
    return {"title": title, "head": head, "rows": rows, "note": note, "wide": wide or [1.0] * len(head)}


def kind_of(line: LandEvent) -> str:
    """What the line says of land."""
    return str(line.get_kind_display()) if line.kind is not None else _("Withdrawn")


def classes_of(line: LandEvent) -> str:
    """Families and classes of a line."""
    parts = [" ".join(filter(None, (called(one.family), one.hazard_class.code if one.hazard_class else "")))
             for one in line.in_families.all()]  # fmt: skip
    return ", ".join(parts) or formats.NOT_KNOWN


def lines_table(found: Dossier) -> Table:
    """What stands of the task or record: a row for each line."""
    rows = [
        [
            f"{line.record.ref} / {line.line}",
            kind_of(line),
            classes_of(line),
            formats.day(line.on),
            called(line.operator) if line.operator else formats.NOT_KNOWN,
            ", ".join(filter(None, (method_in_words(line.method), line.contract, line.campaign))) or formats.NOT_KNOWN,
            formats.area(line.stated_m2),
            formats.area(found.booked_m2[line.pk]),
            formats.number(line.depth_cm),
        ]
        for line in found.lines
    ]
    head = [_("Record and line"), _("What"), _("Family and class"), _("Counts from"), _("Operator"),
            _("Method, contract"), _("Stated, m²"), _("Computed, m²"), _("Depth, cm")]  # fmt: skip
    wide = [1.7, 1, 1.2, 1.2, 1.3, 1.5, 0.9, 1, 0.6]
    return table(_("What is recorded"), head, rows, wide=wide)


def turning_points(found: Dossier) -> Table:
    """Every turning point in three notations, numbered as on the map."""
    rows: list[list[str]] = []
    for line in found.lines:
        if line.shape is None:
            continue
        corners = [point for ring in rings(line.shape) for point in ring] or [
            (line.shape.centroid.x, line.shape.centroid.y)
        ]
        rows += [_point(found, len(rows) + at, f"{line.record.ref} / {line.line}", *spot)
                 for at, spot in enumerate(corners, 1)]  # fmt: skip
    head = [
        _("No."),
        _("Record and line"),
        _("UTM easting, m"),
        _("UTM northing, m"),
        "MGRS",
        _("Latitude"),
        _("Longitude"),
    ]
    note = _("UTM zone %(zone)s, WGS 84.") % {"zone": f"{found.zone}{'N' if found.is_north else 'S'}"}
    if len(rows) > MOST_NUMBERED:
        note += " " + _("They are too many to be numbered on the map.")
    if not rows:
        note = _("No polygon and no point is recorded.")
    return table(_("Turning points"), head, rows, note=note, wide=[0.4, 1.5, 1, 1.1, 1.5, 1.3, 1.3])


def _point(found: Dossier, number: int, ref: str, lon: float, lat: float) -> list[str]:
    own, here = utm_of(lon, lat, found.zone), utm_of(lon, lat)
    return [
        formats.number(number),
        ref,
        formats.number(own.easting_m, decimals=1),
        formats.number(own.northing_m, decimals=1),
        spaced(mgrs_of(here)),
        degrees_minutes(lat, "N", "S"),
        degrees_minutes(lon, "E", "W"),
    ]


def spaced(reference: str) -> str:
    """A reference of the grid as people read it: 48P VU 12345 67890."""
    return " ".join((reference[:3], reference[3:5], reference[5:10], reference[10:]))


def named_points(found: Dossier) -> Table:
    """Reference point and benchmark, as the source gave them."""
    kinds = ((_("Reference point"), REFERENCE), (_("Benchmark"), BENCHMARK))
    rows = [[words, "; ".join(found.points_given(kind)) or _("not recorded")] for words, kind in kinds]
    return table(_("Reference point and benchmark"), [_("Point"), _("As given by the source")], rows, wide=[1, 4])


def history(found: Dossier) -> Table:
    """Every version of every line, with its approval and its source."""
    rows = [
        [
            formats.number(line.approval.seq),
            formats.day(line.approval.on),
            f"{line.record.ref} / {line.line}",
            kind_of(line),
            formats.day(line.on),
            formats.area(line.stated_m2),
            _source_of(line),
            _("stands") if line.until_seq is None else _("until approval %(seq)s") % {"seq": line.until_seq},
        ]
        for line in found.versions
    ]
    head = [_("Approval"), _("Approved on"), _("Record and line"), _("What"), _("Counts from"), _("Stated, m²"),
            _("Source"), _("Version")]  # fmt: skip
    return table(_("History"), head, rows, wide=[0.7, 1.1, 1.5, 0.9, 1.1, 0.8, 2, 0.9])


def _source_of(line: LandEvent) -> str:
    """The document that a line stands in, and where in it."""
    row = _("row %(row)s") % {"row": line.document_row} if line.document_row else ""
    return ", ".join(filter(None, (line.document.title, row)))


def items_table(found: Dossier) -> Table:
    """Items found and destroyed, by line and type."""
    rows = [
        [f"{line.record.ref} / {line.line}", called(item.item_type), formats.number(item.count)]
        for line in found.lines
        for item in line.items.all()
    ]
    head = [_("Record and line"), _("Type of item"), _("Found and destroyed")]
    note = "" if rows else _("No item is reported. That is not the same as none found.")
    return table(_("Items found"), head, rows, note=note)
