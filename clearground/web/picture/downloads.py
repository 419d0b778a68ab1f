"""Every table and figure as a file: its days and its approval are in its address, its name and its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from clearground.common.errors import Refused
from clearground.land.figured import Asked
from clearground.land.selectors import figures as answers
from clearground.land.selectors import one_reading
from clearground.land.sheets import PLACE_DIMENSIONS
from clearground.places.models import Country

from ..shell import files, selectors
from ..shell.selectors import Question
from ..shell.workbooks import by_family, ends_nothing, in_no_total, one_total
from . import figures, overview, pages, tables
from .definitions import definition_of
from .forms import approval_of

# A spreadsheet of more records than this opens slowly; nothing is ever cut silently.
MOST_RECORDS = 100_000
# A column that is no figure of its own.
OTHER = "other_m2"


def seq_of(question: Question, said: Mapping[str, str]) -> int:
    """The approval that the address names, else the last of its day of knowledge."""
    word = said.get("seq", "")
    if word and not word.isdigit():
        raise Refused(_("“%(word)s” is no number of an approval.") % {"word": word}, _("Leave the number out."))
    return approval_of(question.known, int(word) if word else None)


def notes_of(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """What each column of figures means, for the page about the file."""
    columns = files.columns_of({}, rows)
    known = {column: definition_of(column) for column in columns}
    said = {column: f"{found.name}. {found.says}" for column, found in known.items() if found}
    return said | (
        {OTHER: _("Reopened, reclassified, degree changed and corrected, with their signs.")}
        if OTHER in columns
        else {}
    )


def answer(
    kind: str, header: dict[str, Any], rows: Sequence[Mapping[str, Any]], *, what: str, title: str, **how: Any
) -> HttpResponse:
    """The file, under a name that says what it holds."""
    body, content_type = files.file_of(kind, header, rows, title=title, notes=notes_of(rows), **how)
    return files.attachment(body, content_type, files.file_name(header, what, kind))


def is_tagged(said: Mapping[str, str]) -> bool:
    """Analysts ask for a row of HXL tags."""
    return said.get("hxl") == "1"


@one_reading()
def sheet_file(country: Country, question: Question, kind: str, said: Mapping[str, str]) -> HttpResponse:
    """The sheet of a question; in a workbook, land that is no contamination is in no total."""
    seq = seq_of(question, said)
    header = files.about(country, question, selectors.edition_of(question), seq)
    classes = selectors.hazard_classes()

    def total_of(row: Mapping[str, Any]) -> str | None:
        return by_family(row) if tables.is_contamination(row, classes) else None

    rows = pages.rows_of(question, seq=int(said["seq"]) if said.get("seq") else None)
    title, tagged = _("Balance of land"), is_tagged(said)
    return answer(kind, header, rows, what="sheet", title=title, hxl=tagged, total_of=total_of, across=tables.ACROSS)


@one_reading()
def picture_file(country: Country, question: Question, table: str, kind: str, said: Mapping[str, str]) -> HttpResponse:
    """What a chart or table of the picture is drawn from."""
    seq = seq_of(question, said)
    asked = overview.asked_of(question, overview.family_of(said), seq)
    header = files.about(country, question, selectors.edition_of(question), seq) | {"family": asked.within["family"]}
    rows = overview.TABLES[table](asked, said)
    title = str(overview.TITLES[table])
    adds_up = {
        "total_of": one_total if table in overview.ADDS_UP else in_no_total,
        "across": overview.ACROSS.get(table, {}),
        "is_end": is_closing if table in overview.ENDS else ends_nothing,
    }
    return answer(kind, header, rows, what=table, title=title, hxl=is_tagged(said), **adds_up)


def is_closing(row: Mapping[str, Any]) -> bool:
    """The row is where all steps lead."""
    return bool(row["step"] == "closing")


def header_of_figure(country: Country, asked: Asked) -> dict[str, Any]:
    """What the figure is of: its days, its approval, its edition, and its scope."""
    places = {name: asked.within.get(name, "") for name in PLACE_DIMENSIONS}
    since, known = asked.since or asked.as_of, asked.known or asked.as_of
    question = Question(as_of=asked.as_of, known=known, since=since, **places)
    said = files.about(country, question, selectors.edition_of(question), asked.seq)
    return said | {"basis": asked.basis, "figure": asked.measure, **asked.within}


@one_reading()
def figure_file(country: Country, asked: Asked, dimension: str, kind: str, said: Mapping[str, str]) -> HttpResponse:
    """A figure by one dimension: its codes, their names, and the figure there."""
    definition = definition_of(asked.measure)
    asked = figures.with_family(asked)
    lines = figures.years_of(asked, definition) if dimension == "year" else None
    found = lines if lines is not None else figures.drill_of(asked, dimension, definition).lines
    rows = [{dimension: line.code, "name": line.name, asked.measure: line.value} for line in found]
    is_sum = lines is None and definition.unit != "share" and not figures.needs_family(asked, definition)
    how = {"total_of": one_total if is_sum else in_no_total, "hxl": is_tagged(said)}
    title, header = str(definition.name), header_of_figure(country, asked)
    return answer(kind, header, rows, what=f"{asked.measure}-by-{dimension}", title=title, **how)


@one_reading()
def records_file(country: Country, asked: Asked, kind: str, said: Mapping[str, str]) -> HttpResponse:
    """The records that a figure is made of; their sum is the figure, to the last digit."""
    asked = figures.with_family(asked)
    found = answers.records_behind(asked)
    if found is None or figures.needs_family(asked, definition_of(asked.measure)):
        raise Refused(_("This figure isn't made of the records of one family."), _("Name a family in the address."))
    if len(found) > MOST_RECORDS:
        raise Refused(_("These are too many records for one file."), _("Ask for one province at a time."))
    rows = [record_row(row, asked.measure) for row in answers.record_rows(asked, found, 0, len(found))]
    header, title = header_of_figure(country, asked), str(definition_of(asked.measure).name)
    return answer(
        kind, header, rows, what=f"{asked.measure}-records", title=title, total_of=one_total, hxl=is_tagged(said)
    )


def record_row(row: Mapping[str, Any], measure: str) -> dict[str, Any]:
    """One record of a figure, as codes."""
    place, operator = row["place"], row["operator"]
    return {
        "ref": row["ref"],
        "event": row["event"],
        "on": row["on"].isoformat(),
        "place": place.code if place else None,
        "operator": operator.code if operator else None,
        measure: row["amount"],
    }
