"""From rows as given to lines: guesses, defaults, translations, and a finding for each doubt."""

from __future__ import annotations

import random
from datetime import date

import pytest
import shapely

from clearground.common.errors import Refused
from clearground.exchange.mapping import Mapped, about_columns, mapped, mapping_of, read_options
from clearground.exchange.reading import Cell, RawRow, ReadOptions
from clearground.exchange.reading.codes import finding
from clearground.kernel.land.checks import Trouble
from clearground.kernel.land.events import Kind

SHAPE = shapely.box(103, 13, 103.01, 13.01)
BASE = {"family": "mines", "on": "2015-03-12"}


def raw(number: int = 2, shape: shapely.Geometry | None = SHAPE, **cells: Cell) -> RawRow:
    """A row of a sheet."""
    return RawRow(number, cells, shape, "POLYGON", "OGC:CRS84")


def one(subject: str = "hazards", /, *, defaults: dict[str, object] | None = None, **cells: Cell) -> Mapped:
    """One row, with the mapping that its own headers give."""
    row = RawRow(2, cells, SHAPE, "POLYGON", "OGC:CRS84")
    mapping = mapping_of(subject, list(cells), {}, BASE if defaults is None else defaults, source="north")
    (only,) = mapped([row], mapping)
    return only


def codes(row: Mapped) -> list[tuple[str, str]]:
    """Codes and cells of what was found, but for the reference that was made."""
    return [(f.code, f.cell) for f in row.findings if f.code != "EXCH-040"]


def test_a_sheet_in_imsma_names() -> None:
    """Its headers are understood without a word from anybody."""
    row = one(
        **{
            "Hazard LocalID": "MF-7", "Status Date": "12.3.2015", "Hazard Class": "a2.1", "Area (ha)": "1,25",
            "Organisation": "DEMO", "Evidence of Contamination": "Direct", "Type Area": "CHA",
            "Comments": "by the river",
        }
    )  # fmt: skip
    assert row.line is not None
    assert row.line.ref == "MF-7"
    assert row.line.kind == Kind.CONFIRM
    assert row.line.on == date(2015, 3, 12)
    assert row.line.families == (("mines", "A2.1"),)
    assert row.line.stated_m2 == 12_500
    assert (row.line.operator, row.line.evidence, row.line.note) == ("DEMO", "direct", "by the river")
    assert row.line.shape == SHAPE
    assert codes(row) == [("EXCH-043", "Status Date")]


def test_a_sheet_in_khmer() -> None:
    """Headers, digits, units and words."""
    row = one(
        "releases",
        **{"លេខសម្គាល់": "ក-១", "ថ្ងៃបញ្ចប់": "១៣ មីនា ២០១៥", "ផ្ទៃដី": "១,៥ ហិកតា", "ប្រភេទការបំពុល": "មីន", "ជម្រៅ": "២០"},
    )
    assert row.line is not None
    assert (row.line.ref, row.line.kind, row.line.on) == ("ក-១", Kind.CLEAR, date(2015, 3, 13))
    assert (row.line.stated_m2, row.line.families, row.line.depth_cm) == (15_000, (("mines", None),), 20)
    assert codes(row) == []


@pytest.mark.parametrize(
    ("subject", "on", "wanted"),
    [
        ("hazards", "2015", date(2015, 1, 1)),
        ("releases", "2015", date(2015, 12, 31)),
        ("hazards", "02/2016", date(2016, 2, 1)),
        ("releases", "02/2016", date(2016, 2, 29)),
    ],
)
def test_a_year_or_month_counts_from_its_first_day_for_hazards_and_its_last_for_releases(
    subject: str, on: str, wanted: date
) -> None:
    """And the precision is kept."""
    row = one(subject, ref="R", on=on)
    assert row.said["on"] == wanted.isoformat()
    assert row.said["on_precision"] == ("year" if on == "2015" else "month")


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ({"on": "some day"}, [("EXCH-041", "on")]),
        ({"on": "12.3.2558"}, [("EXCH-044", "on"), ("EXCH-043", "on")]),
        ({"on": "13.4.98"}, [("EXCH-045", "on")]),
        ({"area": "lots"}, [("EXCH-046", "area")]),
        ({"area": "1.234"}, [("EXCH-047", "area")]),
        ({"area": "-5"}, [("EXCH-053", "area")]),
        ({"depth": "deep"}, [("EXCH-048", "depth")]),
        ({"ap mines": "2.5"}, [("EXCH-048", "ap mines")]),
        ({"kind": "weird"}, [("EXCH-049", "kind")]),
        ({"kind": "cleared"}, [("EXCH-049", "kind")]),
        ({"family": "dragons"}, [("EXCH-049", "family")]),
        ({"class": "CMR"}, [("EXCH-049", "class")]),
        ({"evidence": "maybe"}, [("EXCH-049", "evidence")]),
        ({"operator": "x" * 21}, [("EXCH-052", "operator")]),
    ],
)
def test_each_doubt_names_row_and_cell(cells: dict[str, Cell], found: list[tuple[str, str]]) -> None:
    """What can't be read is left out, never guessed at."""
    row = one(ref="R", **cells)
    assert codes(row) == found
    assert {f.row for f in row.findings} == {2}
    assert {f.ref for f in row.findings} == {"R"}


@pytest.mark.parametrize(("missing", "code"), [("on", "EXCH-042"), ("family", "EXCH-050")])
def test_without_day_or_family_there_is_no_line(missing: str, code: str) -> None:
    """The row stays, and says what it lacks."""
    row = one(defaults={k: v for k, v in BASE.items() if k != missing}, ref="R")
    assert row.line is None
    assert [c for c, _ in codes(row)] == [code]


def test_classes_name_their_family_and_several_make_several() -> None:
    """A1 is mines, CMR is cluster munition remnants; a release may name families without classes."""
    assert one(defaults={"on": "2015"}, ref="R", **{"class": "A1; CMR"}).said["families"] == [
        ["mines", "A1"],
        ["cmr", "CMR"],
    ]
    row = one("releases", defaults={"on": "2015"}, ref="R", families="mines + uxo")
    assert row.said["families"] == [["mines", None], ["erw", None]]


def test_items_that_are_not_told_are_not_zero() -> None:
    """Three values: none told, zero, some."""
    assert one("releases", ref="R", **{"AP Mines": 0, "UXO": "3", "IED": None}).said["items"] == {
        "antipersonnel_mine": 0,
        "other_erw": 3,
    }


def test_a_release_names_its_hazard() -> None:
    """The id of the hazard is not the reference of the release."""
    row = one("releases", **{"Hazard ID": "MF-7", "Activity ID": "CL-1"})
    assert (row.said["ref"], row.said["hazard"]) == ("CL-1", "MF-7")


def test_words_are_translated_before_they_are_read() -> None:
    """A source's own words, to one field or several."""
    translate = {"typeArea": {"Minirano": {"kind": "confirm", "class": "A3"}}}
    row = one(defaults={**BASE, "translate": translate}, ref="R", typeArea="Minirano")
    assert (row.said["kind"], row.said["families"]) == (int(Kind.CONFIRM), [["mines", "A3"]])
    assert codes(row) == []


def test_what_a_person_says_goes_before_the_guess() -> None:
    """A column that is named serves its field and no other; an empty name takes a guess away."""
    mapping = mapping_of("hazards", ["id", "code", "area"], {"ref": "code", "stated_m2": ""})
    assert mapping.fields_of == {"ref": "code"}
    assert about_columns(mapping, ["id", "code", "area"]) == []
    missing = mapping_of("hazards", ["id"], {"on": "when"})
    assert [(f.code, f.params) for f in about_columns(missing, ["id"])] == [
        ("EXCH-051", {"column": "when", "field": "on"})
    ]
    with pytest.raises(Refused, match="places"):
        mapping_of("places", [])


def test_settings_of_a_source_are_no_fields() -> None:
    """How its files are read, and how its numbers and days are meant."""
    defaults = {
        "day_first": "false",
        "decimal_mark": ",",
        "area_unit": "ha",
        "crs": "EPSG:32648",
        "header_row": "3",
        **BASE,
    }
    row = one(defaults=defaults, ref="R", on="3/4/2015", area="1.234")
    assert row.said["on"] == "2015-03-04"
    assert row.said["stated_m2"] == 12_340_000
    assert read_options(defaults) == ReadOptions(crs="EPSG:32648", header_row=3)
    with pytest.raises(Refused, match="header_row"):
        read_options({"header_row": "three"})


def test_rows_without_reference_keep_theirs_in_any_order() -> None:
    """The same file twice, or sorted otherwise, gives the same references; equal rows stay apart."""
    rows = [raw(n, shapely.Point(n % 7, 1), note=f"{n % 5}") for n in range(2, 60)]
    mapping = mapping_of("hazards", ["note"], {}, BASE, source="North 2015!")
    first = [row.said["ref"] for row in mapped(rows, mapping)]
    random.Random(1).shuffle(rows)
    again = [row.said["ref"] for row in mapped(rows, mapping)]
    assert sorted(first) == sorted(again)
    assert len(set(first)) == len(first)
    assert all(ref.startswith("North-2015-") for ref in first)
    assert {f.code for row in mapped(rows, mapping) for f in row.findings} == {"EXCH-040"}


def test_another_source_gives_other_references() -> None:
    """And so does another shape, and another cell."""
    mapping = mapping_of("hazards", ["note"], {}, BASE, source="north")
    other = mapping_of("hazards", ["note"], {}, BASE, source="south")
    given = [raw(note="a"), raw(note="b"), raw(shape=None, note="a")]
    refs = [row.said["ref"] for row in mapped(given, mapping)] + [row.said["ref"] for row in mapped(given, other)]
    assert len(set(refs)) == 6


@pytest.mark.parametrize(
    ("code", "trouble", "stays"),
    [
        ("EXCH-003", Trouble.UNREADABLE, False),
        ("EXCH-004", Trouble.NONE, False),
        ("EXCH-005", Trouble.NOT_CLOSED, False),
        ("EXCH-018", Trouble.TOO_FEW_POINTS, False),
        ("EXCH-006", Trouble.UNREADABLE, True),
    ],
)
def test_troubles_go_to_the_checks_once(code: str, trouble: Trouble, stays: bool) -> None:
    """What the checks on geometry say better is handed to them, not said twice."""
    row = RawRow(2, {"ref": "R"}, None, "POLYGON((1 2", "", (finding(code, 2),))
    (only,) = mapped([row], mapping_of("hazards", ["ref"], {}, BASE))
    assert only.trouble == trouble
    assert [f.code for f in only.findings] == ([code] if stays else [])


@pytest.mark.parametrize("said", [({"reff": "ID"}, {}), ({}, {"opperator": "OPA"})])
def test_a_misspelt_field_is_refused_with_the_fields_there_are(said: tuple[dict[str, str], dict[str, str]]) -> None:
    """Else its column would be passed over, and every row would have a made reference."""
    with pytest.raises(Refused, match=r"no field (reff|opperator)") as refused:
        mapping_of("hazards", ["ID"], *said, source="north")
    assert "operator, " in refused.value.remedy
