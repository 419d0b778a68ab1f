"""What a page hands to the actions of exchange, and who may only do so much."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from clearground.accounts.models import Organisation, Person
from clearground.common.errors import Refused
from clearground.exchange import actions, corrections, uploads
from clearground.exchange.models import ImportRow, Upload
from clearground.exchange.models import Mapping as ColumnMapping

from . import pages, selectors
from .columns import ColumnsForm
from .forms import AnswersForm, ChangeForm, UploadForm


def fixed_operator(person: Person) -> Organisation | None:
    """The organisation under which everything that the person sends counts; None for who may name others."""
    return person.organisation if selectors.is_limited(person) else None


def receive(form: UploadForm, by: Person) -> Upload:
    """The file of the form is kept and looked into."""
    file, said = form.cleaned_data["file"], form.cleaned_data
    if selectors.is_limited(by) and by.organisation is None:
        raise Refused(
            _("You belong to no organisation, so that nothing can count as yours."),
            _("Ask an administrator to say which organisation you work for."),
        )
    return actions.receive_file(
        name=file.name, chunks=file.chunks(), subject=said["subject"], by=by, reason=said["reason"]
    )


def saved_choices(upload: Upload, request: HttpRequest) -> ColumnMapping | None:
    """The saved column mapping that was chosen, where there is such a one for this subject."""
    name = request.GET.get("saved", "")
    return next((each for each in selectors.mappings_for(upload.subject) if each.name == name), None)


def begin(form: ColumnsForm, by: Person) -> Upload:
    """The columns are as confirmed, saved where a name was given, and the file waits for the worker."""
    mapping, defaults = form.mapping(), form.defaults()
    if name := form.cleaned_data["save_as"].strip():
        require_new_name(name, form, by)
        actions.save_mapping(
            name=name,
            subject=form.upload.subject,
            fields_of=mapping,
            defaults=defaults,
            by=by,
            reason=form.upload.filename,
        )
    return actions.begin_staging(upload=form.upload, mapping=mapping, defaults=defaults, by=by)


def require_new_name(name: str, form: ColumnsForm, by: Person) -> None:
    """Refuses to write over what somebody else saved."""
    is_other = form.saved is None or form.saved.name != name or selectors.is_limited(by)
    if is_other and ColumnMapping.objects.filter(name=name).exists():
        raise Refused(_("“%(name)s” is saved already.") % {"name": name}, _("Choose another name."))


def progress_for(upload: Upload, person: Person) -> dict[str, Any]:
    """How far the upload is, with a way to its import where the person may see it."""
    page = pages.progress_page(upload)
    is_visible = upload.became_id and selectors.imports_for(person).filter(pk=upload.became_id).exists()
    return {**page, "number": upload.became_id if is_visible else None}


def change_row(row: ImportRow, sent: QueryDict, by: Person) -> ChangeForm:
    """The row says what the form says of its cells; the form with errors where it can't."""
    form = ChangeForm(sent, cells=pages.cells_of(row))
    if form.is_valid():
        try:
            reason = form.cleaned_data["reason"]
            actions.change_row(import_id=row.of_id, number=row.number, values=form.values(), by=by, reason=reason)
        except Refused as refused:
            form.add_error(None, str(refused))
    return form


def take_answers(form: AnswersForm, by: Person) -> list[dict[str, Any]]:
    """The answers of the list count; what became of each."""
    file = form.cleaned_data["file"]
    with tempfile.TemporaryDirectory(prefix="clearground-answers-") as folder:
        path = Path(folder) / uploads.clean_name(file.name)
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        answers = corrections.read_correction_list(path)
    outcome = actions.answer_findings(
        answers=answers, on=form.cleaned_data["on"], by=by, reason=form.cleaned_data["reason"]
    )
    return pages.answers_told(answers, outcome)


def workbook(findings: Any, base: str) -> bytes:
    """The findings as a correction list."""
    with tempfile.TemporaryDirectory(prefix="clearground-list-") as folder:
        path = Path(folder) / "list.xlsx"
        corrections.write(findings, path, map_url=base)
        return path.read_bytes()


def findings_to_answer(person: Person, number: int, operator: str) -> Any:
    """The open findings of an import that the person may see, of one owner where one is named."""
    found = selectors.findings_for(person).filter(of=number)
    return selectors.narrowed(selectors.open_findings(found), {"operator": operator})


def owners_of(findings: Any) -> list[tuple[str, str, int]]:
    """Code, name and number of open findings of each organisation that has some."""
    names = pages.group_names("operator")
    groups = selectors.grouped(findings, "operator")
    return [(each["key"] or selectors.NOBODY, str(names.get(each["key"], each["key"])), each["n"]) for each in groups]


def file_name(code: str) -> str:
    """A code as part of a file's name."""
    return corrections.file_name(code)
