"""The cells of one row, as the fields of a line: what can't be read is a finding, and left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from clearground.kernel.findings import Finding
from clearground.kernel.land.events import Kind

from . import vocabulary
from .reading import Cell, RawRow
from .reading.codes import finding
from .reading.dates import NoDate, span
from .reading.quantities import Ambiguous, NoQuantity, area_m2, number_of, whole

if TYPE_CHECKING:
    from .mapping import ColumnMapping

# Texts of a line with the most letters that are kept of each.
TEXTS = {
    "place": 20,
    "hazard": 100,
    "operator": 20,
    "overseer": 20,
    "method": 40,
    "task": 64,
    "campaign": 64,
    "contract": 64,
    "note": 10_000,
}
EMPTY_IS_NONE = {"place", "hazard", "operator", "overseer"}
ITEMS = "items_"
MAX_DEPTH_CM = 2000
FLAGS = {"exchangeable": "EXCH-043", "buddhist": "EXCH-044", "two_digits": "EXCH-045"}
BLANK = {"", "-", "--", "n/a", "na", "null", "none", "nil", "#n/a", "<null>"}


class RowReader:
    """Reads one row's fields by the mapping, and collects what it finds."""

    def __init__(self, raw: RawRow, mapping: ColumnMapping) -> None:
        self.raw, self.mapping = raw, mapping
        self.found: list[Finding] = []
        self.translated = dict(self._translations())

    def _translations(self) -> list[tuple[str, Any]]:
        return [
            pair
            for column, words in self.mapping.translate.items()
            for pair in words.get(str(self.raw.cells.get(column) or "").strip(), {}).items()
        ]

    def note(self, code: str, about: str, /, **params: Any) -> None:
        """A finding about the cell of a field."""
        cell = self.mapping.fields_of.get(about, "")
        self.found.append(finding(code, self.raw.number, cell=cell, **params))

    def value(self, field: str) -> Cell:
        """What the row says for a field: by translation, by its cell, else by default; None for nothing."""
        if field in self.translated:
            return self.translated[field]  # type: ignore[no-any-return]
        column = self.mapping.fields_of.get(field)
        said = self.raw.cells.get(column) if column else None
        if isinstance(said, str) and said.strip().lower() in BLANK and not (field == "evidence" and said.strip()):
            said = None
        return self.mapping.defaults.get(field) if said is None else said

    def text(self, field: str, most: int) -> str | None:
        """The text of a field; too long a text is a finding, and cut."""
        value = self.value(field)
        if value is None:
            return None
        said = f"{value:g}" if isinstance(value, float) else " ".join(str(value).replace("\x00", " ").split())
        if len(said) > most:
            self.note("EXCH-052", field, field=field, length=len(said), most=most)
        return said[:most]

    def values(self) -> dict[str, Any]:
        """All fields of a line but its reference and its shape, as JSON values."""
        kind = self.kind()
        texts = {name: self.text(name, most) for name, most in TEXTS.items()}
        said = {name: value or (None if name in EMPTY_IS_NONE else "") for name, value in texts.items()}
        said |= self.day(kind)
        return said | {
            "kind": None if kind is None else int(kind),
            "families": self.families(),
            "line": self.count("line") or 1,
            "stated_m2": self.stated_m2(),
            "evidence": self.evidence(),
            "depth_cm": self.depth_cm(),
            "items": self.items(),
            **self.as_given(),
        }

    def as_given(self) -> dict[str, str]:
        """The coordinates as a column says that they were given, letter for letter; else as the file has them."""
        said = self.value("given_shape")
        if said is None:
            return {"given_shape": self.raw.given_shape, "given_crs": self.raw.given_crs}
        return {"given_shape": str(said).replace("\x00", " "), "given_crs": self.text("given_crs", most=100) or ""}

    def kind(self) -> Kind | None:
        """The kind of event: by its word, by degree, else the usual one of the subject."""
        for field, words in (("kind", vocabulary.KINDS), ("degree", vocabulary.DEGREES)):
            value = self.value(field)
            if value is None:
                continue
            kind = words.get(" ".join(str(value).lower().split()))
            if kind in vocabulary.KINDS_OF[self.mapping.subject]:
                return kind
            self.note("EXCH-049", field, value=str(value)[:100], field=field)
            return None
        return vocabulary.USUAL_KIND[self.mapping.subject]

    def day(self, kind: Kind | None) -> dict[str, Any]:
        """The day that the line counts from, and its precision: hazards the first possible day, releases the last."""
        value = self.value("on")
        if value is None:
            self.note("EXCH-042", "on")
            return {"on": None, "on_precision": "unknown"}
        try:
            days = span(value, day_first=self.mapping.day_first)
        except NoDate:
            self.note("EXCH-041", "on", value=str(value)[:100])
            return {"on": None, "on_precision": "unknown"}
        is_release = kind.is_release if kind is not None else self.mapping.subject == vocabulary.RELEASES
        on = days.last if is_release else days.first
        for flag in sorted(days.flags):
            self.note(FLAGS[flag], "on", value=str(value)[:100], on=on.isoformat())
        return {"on": on.isoformat(), "on_precision": days.precision}

    def families(self) -> list[list[str | None]]:
        """Pairs of family and class; several are separated by a comma, semicolon, slash or plus."""
        classes = [word.upper().replace(" ", "") for word in self._words("class")]
        families = self._families_said()
        if families is None:
            return []
        pairs: dict[str, str | None] = dict.fromkeys(families)
        for code in classes:
            family = vocabulary.FAMILY_OF_CLASS.get(code) or (families[0] if len(families) == 1 else None)
            if family is None or pairs.get(family) is not None or (families and family not in families):
                self.note("EXCH-049", "class", value=code[:100], field="class")
                return []
            pairs[family] = code
        if not pairs:
            self.note("EXCH-050", "family")
        return [[family, code] for family, code in pairs.items()]

    def _families_said(self) -> list[str] | None:
        families: dict[str, None] = {}
        for word in self._words("family"):
            family = vocabulary.FAMILIES.get(" ".join(word.lower().split()))
            if family is None:
                self.note("EXCH-049", "family", value=word[:100], field="family")
                return None
            families[family] = None
        return list(families)

    def _words(self, field: str) -> list[str]:
        value = self.value(field)
        return [] if value is None else [w for part in re.split(r"[,;/+&|]", str(value)) if (w := part.strip())]

    def stated_m2(self) -> float | None:
        """The area as the source states it, in square metres."""
        value = self.value("stated_m2")
        if value is None:
            return None
        try:
            area = area_m2(value, unit=self.mapping.area_unit, decimal_mark=self.mapping.decimal_mark)
        except Ambiguous:
            self.note("EXCH-047", "stated_m2", value=str(value)[:100])
            return None
        except NoQuantity:
            self.note("EXCH-046", "stated_m2", value=str(value)[:100])
            return None
        if area < 0:
            self.note("EXCH-053", "stated_m2", value=str(value)[:100])
            return None
        return area

    def evidence(self) -> str:
        """Direct, indirect, none or not stated."""
        value = self.value("evidence")
        said = "" if value is None else " ".join(str(value).lower().split())
        if said and said not in vocabulary.EVIDENCE:
            self.note("EXCH-049", "evidence", value=said[:100], field="evidence")
        return vocabulary.EVIDENCE.get(said, "not_stated")

    def depth_cm(self) -> int | None:
        """The depth in centimetres; a cell or a header in metres says so."""
        value = self.value("depth_cm")
        if value is None:
            return None
        said = str(value).strip().lower()
        unit = re.search(r"(cm|m)\.?$", said)
        header = re.search(r"(^|[ _(])m\)?$", self.mapping.fields_of.get("depth_cm", "").lower())
        in_metres = unit[1] == "m" if unit else header is not None
        try:
            depth = number_of(said[: unit.start()] if unit else said, ".") * (100 if in_metres else 1)
        except NoQuantity:
            depth = -1
        if not 0 <= depth <= MAX_DEPTH_CM:
            self.note("EXCH-048", "depth_cm", value=said[:100], field="depth_cm")
            return None
        return round(depth)

    def items(self) -> dict[str, int]:
        """Items found by type; a type that the row doesn't tell is absent, not zero."""
        fields = [name for name in {*self.mapping.fields_of, *self.mapping.defaults} if name.startswith(ITEMS)]
        counts = {name.removeprefix(ITEMS): self.count(name) for name in sorted(fields)}
        return {name: count for name, count in counts.items() if count is not None}

    def count(self, field: str) -> int | None:
        """A whole number from zero on."""
        value = self.value(field)
        if value is None:
            return None
        try:
            number = whole(value)
        except NoQuantity:
            number = -1
        if number < 0:
            self.note("EXCH-048", field, value=str(value)[:100], field=field)
            return None
        return number
