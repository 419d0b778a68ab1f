"""Everything known of one record."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clearground.common.errors import Refused
from clearground.land.selectors.records import versions_of


@require_safe
def record(request: HttpRequest, ref: str) -> HttpResponse:
    """The record with all its versions."""
    try:
        versions = list(versions_of(ref))
    except Refused as refusal:
        return render(request, "web/refusal.html", {"refusal": refusal}, status=404)
    return render(request, "web/records/record.html", {"ref": ref, "versions": versions})
