"""Who brings files in, who rules on findings, who approves; and files for them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from clearground.accounts.actions import add_organisation, add_person, grant_role
from clearground.accounts.models import Organisation, Person
from clearground.exchange.models import Import, Upload
from tests.exchange import making
from tests.exchange.making import BOWTIE, Feature, square

CHOSEN = {"family": "mines", "hazard_class": "A4", "on": "2020-01-01"}


@dataclass
class World:
    """The people, by what they do."""

    officer: Person
    approver: Person
    quality: Person
    operator: Person
    other: Person
    op1: Organisation
    op2: Organisation


def a_world() -> World:
    """The country of the tests of imports, a second operator, and people."""
    making.country()
    by = making.person()
    op1 = Organisation.objects.get(code="OP1")
    op2 = add_organisation(code="OP2", name="Second operator", kind="operator", by=by)

    def somebody(login: str, role: str, home: Organisation | None = None) -> Person:
        person = add_person(login=login, name=login.title(), organisation=home, by=by)
        grant_role(person=person, role=role, by=by, reason="test")
        return person

    return World(
        officer=somebody("officer", "data_officer"),
        approver=somebody("approver", "approver"),
        quality=somebody("quality", "quality_officer"),
        operator=somebody("operator", "operator", op1),
        other=somebody("other", "operator", op2),
        op1=op1,
        op2=op2,
    )


def signed_in(person: Person) -> Client:
    """A browser of that person."""
    browser = Client()
    browser.force_login(person)
    return browser


def file_of(features: Iterable[Feature], name: str = "survey.geojson") -> SimpleUploadedFile:
    """The features as a file that a browser sends."""
    told = [
        {
            "type": "Feature",
            "properties": {"id": each.id, "synthetic": True, **each.cells},
            "geometry": None if each.shape is None else json.loads(shapely.to_geojson(each.shape)),
        }
        for each in features
    ]
    return SimpleUploadedFile(name, json.dumps({"type": "FeatureCollection", "features": told}).encode())


def three() -> list[Feature]:
    """Two good hazards and one whose outline crosses itself."""
    return [Feature("H0", square(0)), Feature("H1", square(1)), Feature("BOW", BOWTIE)]


def send(browser: Client, file: Any, **more: Any) -> Any:
    """The answer to a file that is sent."""
    return browser.post(reverse("web:upload"), {"subject": "hazards", "file": file, **more})


def columns_of(browser: Client, upload: Upload) -> dict[str, str]:
    """What the page proposes for each column, as the browser would send it."""
    form = browser.get(reverse("web:upload-columns", args=[upload.pk])).context["form"]
    return {name: field.initial for name, field in form.fields.items() if name.startswith("column")}


def confirm(browser: Client, upload: Upload, **said: str) -> Any:
    """The proposed columns are confirmed, with what the file is silent about."""
    address = reverse("web:upload-columns", args=[upload.pk])
    return browser.post(address, columns_of(browser, upload) | CHOSEN | said)


def work() -> None:
    """The worker does all that waits."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


def brought(
    browser: Client, features: Iterable[Feature] | None = None, name: str = "survey.geojson", **said: str
) -> Import:
    """An import that came in by the pages, from sending to the end of its staging."""
    from clearground.exchange.actions.uploading import stage_upload

    answer = send(browser, file_of(three() if features is None else features, name))
    upload = Upload.objects.get(pk=int(answer["Location"].split("/")[-3]))
    confirm(browser, upload, **said)
    stage_upload.func(upload.pk)
    upload.refresh_from_db()
    assert upload.became is not None, (upload.what, upload.remedy)
    return upload.became


def zipped(entries: dict[str, bytes]) -> bytes:
    """An archive of those files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries.items():
            archive.writestr(name, body)
    return out.getvalue()


def stored() -> list[Path]:
    """The files that the register keeps of what was sent."""
    from clearground.exchange import uploads

    return sorted(uploads.folder().iterdir())
