"""Imports and their rows, as they wait and as they count."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from clearground.exchange.choices import UploadState

from ...shell.files import XLSX_TYPE
from .. import pages, selectors, stages


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """The imports, newest first, with where each stands; above them files that are on their way."""
    on_the_way = selectors.uploads_for(request.user).exclude(state=UploadState.READY)[:10]
    page = {"page": pages.paged(selectors.imports_for(request.user), request), "uploads": on_the_way}
    return render(request, "web/intake/imports.html", page)


@require_safe
def one_import(request: HttpRequest, number: int) -> HttpResponse:
    """One import: what it would change, what was found, its rows and their map."""
    of = get_object_or_404(selectors.imports_for(request.user), pk=number)
    page = pages.import_page(request, of)
    owners = stages.owners_of(stages.findings_to_answer(request.user, number, ""))
    return render(request, "web/intake/import.html", {**page, "owners": owners})


@require_safe
def one_row(request: HttpRequest, number: int, row: int) -> HttpResponse:
    """One row: cells as given, what is wrong, what to do, where it lies."""
    found = get_object_or_404(selectors.rows_for(request.user, number), number=row)
    return render(request, "web/intake/row.html", pages.row_page(request, found))


@require_POST
def change_row(request: HttpRequest, number: int, row: int) -> HttpResponse:
    """A cell of a row that waits is put right, and the import is judged again."""
    found = get_object_or_404(selectors.rows_for(request.user, number), number=row)
    form = stages.change_row(found, request.POST, request.user)
    if form.errors:
        return render(request, "web/intake/row.html", pages.row_page(request, found, form), status=400)
    messages.success(request, _("The row was changed, and the import was judged again."))
    return redirect("web:import-row", number, row)


@require_safe
def correction_list(request: HttpRequest, number: int) -> HttpResponse:
    """The open findings of an import as a list to be answered, of one organisation or of all."""
    get_object_or_404(selectors.imports_for(request.user), pk=number)
    operator = request.GET.get("operator", "")
    findings = stages.findings_to_answer(request.user, number, operator)
    base = request.build_absolute_uri(reverse("web:map"))
    answer = HttpResponse(stages.workbook(findings, base), content_type=XLSX_TYPE)
    name = f"import-{number}{'-' + stages.file_name(operator) if operator else ''}.xlsx"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
