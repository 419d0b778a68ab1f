"""Files that arrive from a browser: taken, understood, or refused with what to do."""

from __future__ import annotations

import io
import stat

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import get_resolver, reverse

from clearground.audit.models import AuditEvent
from clearground.exchange.models import Import, Mapping, Upload
from tests.exchange.making import Feature, square

from .people import brought, columns_of, confirm, file_of, send, signed_in, stored, three, zipped

pytestmark = pytest.mark.django_db


def test_a_file_is_kept_by_its_content_for_its_owner_only(officer):
    """Under its SHA-256, mode 0600, in a folder of mode 0700; the same bytes once; the audit says who sent it."""
    send(officer, file_of(three()))
    send(officer, file_of(three()))
    first, second = Upload.objects.order_by("pk")
    assert [path.name for path in stored()] == [first.sha256] == [second.sha256]
    assert stat.S_IMODE(stored()[0].stat().st_mode) == 0o600
    assert stat.S_IMODE(stored()[0].parent.stat().st_mode) == 0o700
    assert AuditEvent.objects.filter(kind="file.received", by__login="officer").count() == 2


def test_a_kept_file_is_never_served(officer):
    """No address of the pages or of their static files leads to it."""
    send(officer, file_of(three()))
    sha256 = Upload.objects.get().sha256
    for address in (f"/uploads/{sha256}", f"/static/uploads/{sha256}", f"/imports/uploads/{sha256}"):
        assert officer.get(address).status_code in {404, 403}
    assert not str(settings.DATA_DIR).endswith("static")
    assert not [pattern for pattern in get_resolver().reverse_dict if "sha" in str(pattern)]


@pytest.mark.parametrize(
    ("name", "body", "told"),
    [
        ("a.geojson", b"\x7fELF\x02\x01\x01" + b"\x00" * 200, "format that is not known here"),
        ("photo.gpkg", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4, "format that is not known here"),
        ("page.csv", b"<!doctype html><html><body>Sign in</body></html>", "web page, not data"),
        ("old.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "old Excel workbook"),
        ("report.pdf", b"%PDF-1.7 ...", "PDF: a picture of data"),
        ("e.csv", b" ", "empty"),
        ("cut.zip", b"PK\x03\x04rest", "damaged or cut off"),
    ],
)
def test_what_is_no_data_is_refused_at_once(officer, name, body, told):
    """By content, whatever the extension says; the page says what to do, and nothing is kept."""
    answer = send(officer, SimpleUploadedFile(name, body))
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert stored() == []
    assert Upload.objects.count() == 0


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        ({"a.csv": b"0" * 200 * 1024**2}, "times its size"),
        ({"inner.zip": b"PK\x03\x04"}, "another archive"),
        ({"../../etc/cron.d/x.csv": b"id\n1\n"}, "outside its folder"),
        ({"/etc/passwd.csv": b"id\n1\n"}, "outside its folder"),
        ({f"{n}.csv": b"id\n" for n in range(2001)}, "more than 2,000"),
        ({"readme.txt": b"hello"}, "nothing that can be read"),
    ],
)
def test_archives_are_measured_before_they_are_opened(officer, entries, told):
    """Bombs, nests and wanderers are refused, each by what it is."""
    answer = send(officer, SimpleUploadedFile("a.zip", zipped(entries)))
    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert stored() == []


def test_a_bomb_is_refused_by_the_closed_room_too(officer, limited_process):
    """As users meet it: the file is opened in a process of its own."""
    answer = send(officer, SimpleUploadedFile("a.zip", zipped({"a.csv": b"0" * 200 * 1024**2})))
    assert answer.status_code == 400
    assert "times its size" in answer.content.decode()


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../../etc/passwd", "passwd"),
        ("C:\\Windows\\evil.geojson", "evil.geojson"),
        ("..", "file"),
        ("a\x00b\u202egnp.geojson", "abgnp.geojson"),
        ("x" * 300 + ".geojson", "x" * 60 + ".geojson"),
        ("ផែនទី.geojson", "ផែនទី.geojson"),
    ],
)
def test_a_name_is_only_a_name(sent, kept):
    """No folders, no signs that don't print, no end."""
    from clearground.exchange.uploads import clean_name

    assert clean_name(sent) == kept


def test_a_file_under_a_wandering_name_stays_where_it_belongs(officer):
    """The name that a browser claims chooses no place on the disk."""
    send(officer, file_of(three(), "../../outside.geojson"))
    assert Upload.objects.get().filename == "outside.geojson"
    assert len(stored()) == 1


def test_a_file_too_large_is_stopped_while_it_comes(officer, monkeypatch):
    """Whatever its length was said to be; nothing is kept."""
    monkeypatch.setattr(settings, "MAX_UPLOAD_MB", 0.001)
    answer = send(officer, SimpleUploadedFile("a.csv", b"id,x,y\n" + b"1,2,3\n" * 500))
    assert answer.status_code == 400
    assert "larger than 0.001 MB" in answer.content.decode()
    assert stored() == []


def test_a_file_needs_the_token_of_the_page(world):
    """A form on another site can't send a file in the officer's name."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(world.officer)
    assert send(browser, file_of(three())).status_code == 403
    assert Upload.objects.count() == 0


def test_the_columns_are_shown_with_samples_and_proposed(officer):
    """Names suggest fields; what they don't suggest is not read."""
    send(officer, file_of([Feature("H0", square(0), {"area_m2": 9900, "colour": "red"})]))
    upload = Upload.objects.get()
    page = officer.get(reverse("web:upload-columns", args=[upload.pk]))
    assert {each["name"]: each["samples"] for each in upload.columns_seen}["area_m2"] == ["9900"]
    assert "9900" in page.content.decode()
    proposed = dict(
        zip([each["name"] for each in upload.columns_seen], columns_of(officer, upload).values(), strict=True)
    )
    assert (proposed["id"], proposed["area_m2"], proposed["colour"]) == ("ref", "stated_m2", "")


def test_a_field_in_two_columns_and_a_missing_family_are_refused(officer):
    """The form says which column it is, and what to choose."""
    send(officer, file_of([Feature("H0", square(0), {"number": "7"})]))
    upload = Upload.objects.get()
    twice = dict.fromkeys(columns_of(officer, upload), "ref")
    answer = confirm(officer, upload, **twice)
    assert answer.status_code == 400
    assert "stands in id already" in answer.content.decode()
    answer = confirm(officer, upload, family="", hazard_class="")
    assert "No column says it" in answer.content.decode()
    upload.refresh_from_db()
    assert upload.state == "sent"


def test_a_column_that_was_taken_away_is_not_read_again(officer):
    """What a name suggests and a person refuses stays unread."""
    features = [Feature("H0", square(0), {"area_m2": 1})]
    send(officer, file_of(features))
    upload = Upload.objects.get()
    unread = {name: "" for name, field in columns_of(officer, upload).items() if field == "stated_m2"}
    assert unread
    confirm(officer, upload, **unread)
    from clearground.exchange.actions.uploading import stage_upload

    stage_upload.func(upload.pk)
    assert Import.objects.get().rows.get().read["stated_m2"] is None


def test_choices_are_saved_and_used_for_the_next_file(officer):
    """By name; a name that is taken isn't written over."""
    features = [Feature("x", square(0), {"number": "N-1"})]
    send(officer, file_of(features))
    upload = Upload.objects.get()
    number = next(f"column{at}" for at, each in enumerate(upload.columns_seen) if each["name"] == "number")
    first = next(name for name, field in columns_of(officer, upload).items() if field == "ref")
    confirm(officer, upload, **{first: "", number: "ref", "save_as": "source one"})
    assert Mapping.objects.get().fields_of["ref"] == "number"
    send(officer, file_of([Feature("y", square(1), {"number": "N-2"})]))
    again = Upload.objects.first()
    address = reverse("web:upload-columns", args=[again.pk]) + "?saved=source+one"
    form = officer.get(address).context["form"]
    assert form.fields[number].initial == "ref"
    assert form["family"].value() == "mines"
    answer = confirm(officer, again, save_as="source one")
    assert answer.status_code == 400
    assert "saved already" in answer.content.decode()


def test_of_several_sheets_one_is_chosen(officer, limited_process):
    """The page shows the columns of the chosen one."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name, columns in (("May", ["id", "x", "y"]), ("June", ["ref", "lat", "lon"])):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, columns)
            sheet.write_row(1, 0, ["A", 20, 10])
    send(officer, SimpleUploadedFile("two.xlsx", out.getvalue()))
    upload = Upload.objects.get()
    assert upload.layers == ["May", "June"]
    officer.post(reverse("web:upload-progress", args=[upload.pk]), {"layer": "June"})
    upload.refresh_from_db()
    assert (upload.layer, [each["name"] for each in upload.columns_seen]) == ("June", ["ref", "lat", "lon"])
    officer.post(reverse("web:upload-progress", args=[upload.pk]), {"layer": "July"})
    upload.refresh_from_db()
    assert upload.layer == "June"


def test_of_several_layers_of_a_geopackage_one_is_chosen(officer, limited_process, tmp_path):
    """Nothing is guessed: no columns are shown before."""
    import numpy as np
    import pyogrio.raw
    import shapely

    path = tmp_path / "two.gpkg"
    for layer in ("north", "south"):
        pyogrio.raw.write(
            path, geometry=np.array([shapely.to_wkb(square(0))], dtype=object), fields=[f"id_{layer}"],
            field_data=[np.array(["A"], dtype=object)], layer=layer, geometry_type="Polygon", crs="EPSG:4326",
            driver="GPKG",
        )  # fmt: skip
    send(officer, SimpleUploadedFile("two.gpkg", path.read_bytes()))
    upload = Upload.objects.get()
    assert (upload.layers, upload.columns_seen) == (["north", "south"], [])
    officer.post(reverse("web:upload-progress", args=[upload.pk]), {"layer": "south"})
    upload.refresh_from_db()
    assert [each["name"] for each in upload.columns_seen] == ["id_south"]


def test_what_an_operator_sends_counts_as_its_own(world):
    """Whatever a column of the file or the form says."""
    browser = signed_in(world.operator)
    features = [Feature("H0", square(0), {"operator": "OP2"})]
    send(browser, file_of(features))
    assert confirm(browser, Upload.objects.get(), operator="OP2").status_code == 400
    of = brought(browser, features)
    assert of.rows.get().read["operator"] == "OP1"
    assert of.organisation == world.op1
    answer = send(signed_in(homeless(world)), file_of(three(), "b.geojson"))
    assert "belong to no organisation" in answer.content.decode()


def homeless(world):
    """An operator of no organisation."""
    from clearground.accounts.actions import add_person, grant_role

    person = add_person(login="homeless", name="Homeless", by=world.officer)
    grant_role(person=person, role="operator", by=world.officer, reason="test")
    return person


def test_saved_choices_of_others_are_not_an_operators_to_overwrite(world):
    """Nor do words of theirs name another operator."""
    Mapping.objects.create(
        name="theirs", subject="hazards", fields_of={"ref": "id"},
        defaults={"operator": "OP2", "translate": {"id": {"H0": {"operator": "OP2"}}}},
    )  # fmt: skip
    browser = signed_in(world.operator)
    send(browser, file_of([Feature("H0", square(0))]))
    upload = Upload.objects.get()
    address = reverse("web:upload-columns", args=[upload.pk]) + "?saved=theirs"
    said = columns_of(browser, upload) | {"family": "mines", "on": "2020-01-01"}
    assert browser.post(address, said | {"save_as": "theirs"}).status_code == 400
    assert browser.post(address, said).status_code == 302
    upload.refresh_from_db()
    assert upload.defaults["operator"] == "OP1"
    assert "translate" not in upload.defaults
