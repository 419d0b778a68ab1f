"""A record that somebody proposes: what it says, its boundary, and why."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clearground.accounts.models import Organisation, Person
from clearground.common.errors import Refused
from clearground.exchange.proposals import Proposal, ProposedLine, cells_of_line, day_as_written
from clearground.exchange.selectors import standing_lines
from clearground.kernel.land.events import Kind
from clearground.land.choices import DatePrecision, EventKind, Evidence
from clearground.land.lines import Line
from clearground.land.models import Record

from ..shell import selectors as shell
from ..shell.forms import day_field
from . import selectors
from .boundaries import Boundary, as_drawn, as_it_stands, drawn, listed, walked

HAZARD_KINDS = (Kind.SUSPECT, Kind.RECORD, Kind.CONFIRM, Kind.RECLASSIFY, Kind.REOPEN)
RELEASE_KINDS = (Kind.CANCEL, Kind.REDUCE, Kind.CLEAR)
HOW = [
    ("draw", _("Draw it on the map")),
    ("coordinates", _("Enter coordinates")),
    ("traverse", _("Enter bearings and distances")),
    ("none", _("No polygon is known")),
]
ORDERS = [("lat lon", _("latitude, then longitude")), ("lon lat", _("longitude, then latitude"))]
TEXTS = ("place", "hazard", "method", "task", "campaign", "contract", "stated_m2", "depth_cm")
CONCERNED = "concerned"


def text(label: Any, hint: Any = "", *, most: int = 100, required: bool = False) -> forms.CharField:
    """A line of text; numbers too are read by the rules of imports, units and Khmer digits included."""
    return forms.CharField(label=label, help_text=hint, max_length=most, required=required)


def area(label: Any, hint: Any, rows: int) -> forms.CharField:
    """Text of several lines."""
    return forms.CharField(label=label, help_text=hint, required=False, widget=forms.Textarea(attrs={"rows": rows}))


class ProposalForm(forms.Form):
    """The fields of a line, and three ways to give its boundary.

    Who is bound to an organisation proposes in its name alone, and corrects its records alone.
    """

    ref = text(_("Reference"), _("How the record is called everywhere"), required=True)
    kind = forms.ChoiceField(label=_("Kind"), required=True)
    on = day_field(_("Counts from"), _("The day of the survey, or of the completion"))
    on_precision = forms.ChoiceField(label=_("How exactly the day is known"), choices=DatePrecision.choices[:3])
    operator = forms.ChoiceField(label=_("Operator"), required=False)
    overseer = forms.ChoiceField(label=_("Overseen by"), required=False)
    place = text(_("Place"), _("Code of the commune or village"), most=20)
    hazard = text(_("Of the hazard"), _("For a release: the reference of the hazard whose land it releases"))
    method = text(_("Method"), most=40)
    task = text(_("Task"), most=64)
    campaign = text(_("Campaign"), most=64)
    contract = text(_("Contract"), most=64)
    evidence = forms.ChoiceField(
        label=_("Evidence"), choices=Evidence.choices, required=False, initial=Evidence.NOT_STATED
    )
    stated_m2 = text(_("Stated area"), _("As the source prints it; in m², or with its unit: 1.2 ha"), most=40)
    depth_cm = text(_("Depth, cm"), most=20)
    cites = text(_("Document"), _("What it rests on: a report's number, page or row"), most=200)
    note = area(_("Note"), "", 3)

    how = forms.ChoiceField(label=_("Boundary"), choices=HOW, widget=forms.RadioSelect, initial="draw")
    drawn = forms.CharField(required=False, widget=forms.HiddenInput)
    coordinates = area(
        _("Corners, one a line"),
        _("In any usual notation: 41.0213 20.5541 · 41°01'16\"N 20°33'14\"E · 34T 462500 4541200 · WKT"),
        7,
    )
    crs = text(_("Reference system"), _("Where it is not WGS 84: EPSG:32648, UTM 48N Indian 1960"))
    pair_order = forms.ChoiceField(label=_("Order without letters"), choices=ORDERS, required=False)
    start = text(_("Start or reference point"), _("Its coordinates, in any usual notation"), most=200)
    legs = area(
        _("Legs, one a line"),
        _("Bearing in degrees and distance in metres: 87.5 120.3. The last leg returns to the first corner."),
        7,
    )
    leads_in = forms.BooleanField(
        label=_("The first leg leads from the reference point to the first corner"), required=False
    )
    declination_deg = forms.FloatField(
        label=_("Magnetic declination, °"),
        help_text=_("East is positive; added to each bearing"),
        required=False,
        min_value=-180,
        max_value=180,
    )
    tolerance = forms.FloatField(
        label=_("Tolerance, 1 in"),
        help_text=_("Metres walked for each metre of error"),
        required=False,
        initial=1000,
        min_value=10,
    )
    is_distributed = forms.BooleanField(
        label=_("Distribute the closing error by the compass rule (Bowditch)"), required=False
    )
    corrects = forms.CharField(required=False, widget=forms.HiddenInput)
    line = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = text(_("Why"), _("What you know, and from where: whoever approves reads this"), most=500)

    use_required_attribute = False

    def __init__(self, data: Any = None, *, person: Person, ref: str = "", line: int | None = None) -> None:
        self.bound_to: Organisation | None = selectors.bound_to(person)
        corrects = (data.get("corrects", "") if data is not None else ref).strip()
        self.standing: list[Line] = standing_lines([corrects]) if corrects else []
        wanted = str(data.get("line") or "") if data is not None else str(line or "")
        self.corrected = next((each for each in self.standing if str(each.line) == wanted), None)
        self.corrected = self.corrected or next(iter(self.standing), None)
        super().__init__(data, initial=initial_of(self.corrected) if data is None and self.corrected else None)
        for family, name in shell.families().items():
            self.fields[f"class_{family}"] = forms.ChoiceField(label=name, choices=classes_of(family), required=False)
        for code, name in shell.item_names().items():
            self.fields[f"items_{code}"] = text(name, most=10)
        if data is None and self.corrected:
            self.initial |= initial_codes(self.corrected)
        self._offer()

    def _offer(self) -> None:
        """The choices that depend on who asks and on what is corrected."""
        kinds = HAZARD_KINDS + RELEASE_KINDS
        if self.corrected:
            kinds = RELEASE_KINDS if self.corrected.kind.is_release else HAZARD_KINDS
            self.fields["ref"].disabled, self.fields["ref"].initial = True, self.corrected.ref
        named_kinds = [(kind.name.lower(), EventKind(kind).label) for kind in kinds]
        self.fields["kind"].choices = named_kinds if self.corrected else [("", _("choose")), *named_kinds]  # type: ignore[attr-defined]
        working = [self.bound_to] if self.bound_to else selectors.operators()
        named = [(each.code, f"{each.code} · {shell.called(each)}") for each in working]
        everybody = [(each.code, f"{each.code} · {shell.called(each)}") for each in Organisation.objects.all()]
        self.fields["operator"].choices = named if self.bound_to else [("", _("not stated")), *named]  # type: ignore[attr-defined]
        self.fields["overseer"].choices = [("", _("not stated")), *everybody]  # type: ignore[attr-defined]
        for name, field in self.fields.items():
            if field.help_text:
                field.widget.attrs["aria-describedby"] = f"hint-{name}"

    @property
    def families(self) -> list[Any]:
        """The fields of the families."""
        return [self[name] for name in self.fields if name.startswith("class_")]

    @property
    def items(self) -> list[Any]:
        """The fields of the items found."""
        return [self[name] for name in self.fields if name.startswith("items_")]

    def clean_ref(self) -> str:
        """A new record has a reference that no standing one has."""
        ref = " ".join(str(self.cleaned_data["ref"]).split())
        if not self.corrected and standing_lines([ref]):
            raise forms.ValidationError(
                gettext("A record of this reference stands already. Open it and correct it there.")
            )
        return ref

    def clean(self) -> dict[str, Any]:
        """The boundary can be read, a family is named, and nobody corrects the records of others."""
        said = super().clean() or self.cleaned_data
        self._clean_record()
        if said.get("kind"):
            self._clean_kind(said)
        if not any(said.get(f"class_{family}") for family in shell.families()):
            self.add_error(None, gettext("Say which contamination the record is about: choose in at least one family."))
        if not said.get("on") and "on" not in self.errors:
            self.add_error("on", gettext("Give the day that it counts from."))
        if self.data.get("act") == "save" and not (said.get("reason") or "").strip():
            self.add_error("reason", gettext("Say in a few words why the record should be so."))
        self._clean_boundary(said)
        return said

    def _clean_record(self) -> None:
        """The record that is corrected stands, and is the proposer's to correct."""
        if self.data.get("corrects") and not self.standing:
            raise forms.ValidationError(gettext("The record that you correct does not stand any more."))
        others = {each.operator for each in self.standing} - {self.bound_to.code} if self.bound_to else set()
        if others:
            raise forms.ValidationError(
                gettext("This record is another operator's: only they or a data officer correct it.")
            )

    def _clean_boundary(self, said: dict[str, Any]) -> None:
        """What is wrong with the boundary stands at the field that it was given in."""
        if "how" not in said or self.errors:
            return
        try:
            self.boundary  # noqa: B018 - read now, so that what is wrong stands beside the form
        except Refused as refusal:
            self.add_error(FIELD_OF_WAY[said["how"]], f"{refusal.what} {refusal.remedy}".strip())

    def _clean_kind(self, said: dict[str, Any]) -> None:
        """A reference that was a hazard's stays one, even after its record was withdrawn."""
        known = Record.objects.filter(ref=said.get("ref", "")).first()
        if known and known.is_release != Kind[said["kind"].upper()].is_release:
            self.add_error(
                "kind", gettext("A hazard can't become a release: give the new record a reference of its own.")
            )

    @cached_property
    def boundary(self) -> Boundary:
        """The boundary as it was given; refused where it can't be read."""
        said = self.cleaned_data
        if said["how"] == "draw":
            if self.corrected and said["drawn"] and said["drawn"] == as_drawn(self.corrected.shape):
                return as_it_stands(self.corrected)
            return drawn(said["drawn"])
        order = said["pair_order"] or "lat lon"
        if said["how"] == "coordinates":
            return listed(said["coordinates"], said["crs"], order)
        if said["how"] == "traverse":
            return walked(
                said["start"],
                said["legs"],
                crs=said["crs"],
                order=order,
                declination_deg=said["declination_deg"] or 0.0,
                is_distributed=said["is_distributed"],
                leads_in=said["leads_in"],
            )
        is_kept = self.corrected is not None and not as_drawn(self.corrected.shape)
        return as_it_stands(self.corrected) if is_kept else Boundary(None)

    def proposal(self) -> Proposal:
        """What is proposed: this line, and the other lines of the record as they stand."""
        mine = ProposedLine(self._cells(), self.boundary.shape)
        number = self.corrected.line if self.corrected else 1
        lines = {each.line: ProposedLine(cells_of_line(each), each.shape) for each in self.standing} | {number: mine}
        subject = "releases" if Kind[self.cleaned_data["kind"].upper()].is_release else "hazards"
        return Proposal(self.cleaned_data["ref"], subject, [lines[at] for at in sorted(lines)])

    def _cells(self) -> dict[str, Any]:
        """The line as cells of a file; what is left empty is left out."""
        said = self.cleaned_data
        families = {f: code for f in shell.families() if (code := said.get(f"class_{f}"))}
        cells = {name: said.get(name) for name in ("ref", "kind", "operator", "overseer", "evidence", "cites", *TEXTS)}
        cells |= {f"items_{code}": said.get(f"items_{code}") for code in shell.item_names()}
        cells |= {
            "line": self.corrected.line if self.corrected else 1,
            "on": day_as_written(said["on"], said["on_precision"]),
            "family": ", ".join(families),
            "class": ", ".join(code for code in families.values() if code != CONCERNED),
            "note": " ".join(part for part in (said["note"], self._cited(), self.boundary.how) if part),
            "given_shape": self.boundary.entered,
            "given_crs": self.boundary.crs if self.boundary.entered else "",
        }
        return {name: value for name, value in cells.items() if value not in (None, "")}

    def _cited(self) -> str:
        return (
            gettext("Document: %(cites)s.") % {"cites": self.cleaned_data["cites"]}
            if self.cleaned_data["cites"]
            else ""
        )


FIELD_OF_WAY = {"draw": "drawn", "coordinates": "coordinates", "traverse": "legs", "none": "how"}


def classes_of(family: str) -> list[tuple[str, Any]]:
    """What can be said about one family: nothing, that it is concerned, or a class of its list."""
    codes = [
        (code, f"{code} · {shell.called(each)}") for (of, code), each in shell.hazard_classes().items() if of == family
    ]
    return [("", _("not about it")), (CONCERNED, _("concerned, class not stated")), *codes]


def initial_of(line: Line) -> dict[str, Any]:
    """The form as the standing line has it."""
    said = {name: getattr(line, name) for name in ("ref", "operator", "overseer", "evidence", "note", *TEXTS)}
    kept = as_drawn(line.shape)
    return said | {
        "kind": line.kind.name.lower(),
        "on": line.on,
        "on_precision": line.on_precision,
        "how": "draw" if kept else "none",
        "drawn": kept,
        "corrects": line.ref,
        "line": line.line,
        "tolerance": 1000,
    }


def initial_codes(line: Line) -> dict[str, Any]:
    """Families, classes and items of the standing line."""
    families = {f"class_{family}": code or CONCERNED for family, code in line.families}
    return families | {f"items_{code}": count for code, count in line.items.items()}
