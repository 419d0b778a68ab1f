"""Starting an empty national register from the command line, and looking around in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from clearground.accounts.models import Organisation, Person
from clearground.audit.models import AuditEvent
from clearground.audit.selectors import head, verify_chain
from clearground.cli import audit, country, people, places
from clearground.common.errors import Exit, Refused
from clearground.land.models import Family, HazardClass, ItemType
from clearground.places import cambodia, selectors
from clearground.places.actions import add_places
from clearground.places.models import Boundary, BoundaryEdition, Country, Place
from tests.audit.factories import a_chain, lift_guards, tamper
from tests.places.factories import a_country, an_edition, province, side_by_side

pytestmark = pytest.mark.django_db
SQUARE = {"type": "Polygon", "coordinates": [[[17, 44], [18, 44], [18, 45], [17, 45], [17, 44]]]}


def app() -> typer.Typer:
    """The commands under test, apart from all others."""
    commands = typer.Typer()
    for subject in (country, people, places, audit):
        subject.register(commands)
    return commands


def said(*words: str, exit_code: int = 0) -> str:
    """What the command prints; it ends as expected."""
    result = CliRunner(env={"COLUMNS": "200"}).invoke(app(), words, catch_exceptions=True)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    assert result.exit_code == exit_code, result.output
    return result.stdout


def refused(*words: str) -> Refused:
    """The refusal of the command."""
    with pytest.raises(Refused) as refusal:
        said(*words)
    return refusal.value


def own_country(*words: str) -> str:
    """A country of the user's own making is started."""
    named = ("--country", "bih", "--country-name", "Bosnia and Herzegovina")
    return said("init", *named, "--centre", "17.8,44.2", "--person", "ana", "--name", "Ana", *words)


def test_cambodia_starts_with_its_places_and_no_record() -> None:
    """Country, lists, people, places: each with its event, in a chain that is whole."""
    output = said("init", "--country", "KHM", "--person", "sokha", "--name", "Sok Sokha")
    assert "Cambodia" in output
    assert "PLACE-003" in output
    assert Country.objects.get().is_invented is False
    assert Place.objects.count() == 16472
    assert (Family.objects.count(), HazardClass.objects.count(), ItemType.objects.count()) == (3, 9, 5)
    assert list(Person.objects.values_list("login", "name")) == [("sokha", "Sok Sokha")]
    assert not Organisation.objects.exists()
    check = verify_chain(recompute=audit.RECOMPUTE)
    assert check.is_whole
    assert {event.reason for event in AuditEvent.objects.all()} == {"clearground init"}


@pytest.mark.parametrize("is_built", [True, False])
def test_outlines_come_where_the_front_end_was_built(monkeypatch: Any, is_built: bool) -> None:
    """Without them the register starts all the same, and says how to add boundaries."""
    outline = province("01", shape=cambodia.extent([]))
    monkeypatch.setattr(cambodia, "gazetteer_rows", lambda: [province("01")])
    monkeypatch.setattr(cambodia, "province_outlines", lambda: [outline] if is_built else [])
    output = said("init", "--country", "khm", "--person", "sokha")
    assert "clearground import places" in output
    assert ("No boundaries yet" in output) is not is_built
    assert BoundaryEdition.objects.filter(is_current=True, licence="ODbL-1.0").exists() is is_built
    assert Country.objects.get().extent is not None


def test_a_country_of_ones_own_starts_with_lists_and_no_places() -> None:
    """Its middle is the centre of the projection."""
    assert "Bosnia and Herzegovina" in own_country()
    there = Country.objects.get()
    assert (there.code, there.centre_lon, there.centre_lat, there.extent) == ("BIH", 17.8, 44.2, None)
    assert Place.objects.count() == 0
    assert HazardClass.objects.count() == 9


@pytest.mark.parametrize(
    "content",
    [
        SQUARE,
        {"type": "Feature", "properties": {}, "geometry": SQUARE},
        {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {}, "geometry": SQUARE}]},
    ],
)
def test_the_extent_gives_the_centre(tmp_path: Path, content: dict[str, Any]) -> None:
    """Any form of GeoJSON."""
    path = tmp_path / "extent.geojson"
    path.write_text(json.dumps(content))
    said("init", "--country", "BIH", "--country-name", "Bosnia", "--extent", str(path), "--person", "ana")
    there = Country.objects.get()
    assert (there.centre_lon, there.centre_lat) == (17.5, 44.5)
    assert there.extent.area == pytest.approx(1)


@pytest.mark.parametrize("content", ["", "{}", '{"type": "Point", "coordinates": [1, 2]}', "\x00\x01"])
def test_an_extent_that_is_none_is_refused(tmp_path: Path, content: str) -> None:
    """Before anything is written."""
    path = tmp_path / "extent.geojson"
    path.write_text(content)
    refused("init", "--country", "BIH", "--country-name", "Bosnia", "--extent", str(path), "--person", "ana")
    assert not Country.objects.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["--country", "Bosnia"], "three letters"),
        (["--country", "XKV"], "clearground demo"),
        (["--country", "BIH"], "--country-name NAME"),
        (["--country", "BIH", "--country-name", "Bosnia"], "--centre LON,LAT"),
        (["--country", "BIH", "--country-name", "Bosnia", "--centre", "44.2"], "longitude, then latitude"),
        (["--country", "BIH", "--country-name", "Bosnia", "--centre", "17.8,144.2"], "longitude, then latitude"),
        (["--country", "BIH", "--country-name", "Bosnia", "--centre", "nan,1"], "longitude, then latitude"),
    ],
)
def test_a_start_that_says_too_little_is_refused_with_what_is_missing(words: list[str], says: str) -> None:
    """And nothing stands afterwards."""
    assert says in refused("init", *words, "--person", "ana").remedy
    assert not Country.objects.exists()
    assert not Person.objects.exists()


def test_a_register_starts_with_a_person(monkeypatch: Any) -> None:
    """Named on the command line or by the setting."""
    monkeypatch.delenv("CLEARGROUND_PERSON", raising=False)
    words = ("init", "--country", "BIH", "--country-name", "Bosnia", "--centre", "17.8,44.2")
    assert "--person" in refused(*words).remedy
    monkeypatch.setenv("CLEARGROUND_PERSON", "ana")
    said(*words)
    assert Person.objects.get().login == "ana"


def test_a_register_is_started_once() -> None:
    """The second time changes nothing."""
    own_country()
    events = AuditEvent.objects.count()
    assert "already holds" in refused("init", "--country", "KHM", "--person", "ana").what
    assert AuditEvent.objects.count() == events


def test_people_are_added_listed_and_deactivated() -> None:
    """Each by somebody, with a reason where a right is taken."""
    own_country()
    said("organisation", "add", "BHMAC", "--name", "Centre", "--kind", "authority", "--by", "ana")
    said("person", "add", "mira", "--name", "Mira", "--organisation", "BHMAC", "--by", "ana")
    assert said("person", "list").splitlines() == ["ana\tAna\t", "mira\tMira\tBHMAC"]
    assert said("organisation", "list").startswith("BHMAC\tauthority\tCentre")
    refused("person", "deactivate", "mira", "--by", "ana")
    said("person", "deactivate", "mira", "--by", "ana", "--reason", "Left")
    assert said("person", "list").splitlines() == ["ana\tAna\t"]


def test_the_first_person_can_be_added_before_there_is_a_country() -> None:
    """And the second one only by somebody."""
    said("person", "add", "ana", "--name", "Ana")
    assert refused("person", "add", "mira", "--name", "Mira").code == Exit.USAGE


def test_places_are_found_by_code_and_name() -> None:
    """One a line, for people and scripts."""
    sokha = a_chain(1)
    a_country(sokha)
    add_places(rows=[province("01", "Battambang", name_km="បាត់ដំបង")], source="test", by=sokha)
    line = "01\tprovince\tBattambang\tបាត់ដំបង"
    for what in ("01", "KH1", "batambang", "ខេត្ត បាត់ដំបង"):
        assert said("place", "find", what).strip() == line
    assert "spelling" in refused("place", "find", "Atlantis").remedy
    assert "No place" in refused("place", "find", "01", "--level", "district").what
    said("place", "find", "01", "--level", "planet", exit_code=int(Exit.USAGE))


def test_the_edition_for_figures_is_chosen_with_a_reason() -> None:
    """The star moves."""
    a_country()
    an_edition(side_by_side("010203"), "2010")
    an_edition(side_by_side("010203"), "2018")
    login = Person.objects.earliest("pk").login
    refused("place", "use", "2010", "--by", login)
    said("place", "use", "2010", "--by", login, "--reason", "Figures of 2012")
    starred = [line for line in said("place", "editions").splitlines() if line.startswith("*")]
    assert [line.split("\t")[0] for line in starred] == ["* 2010"]
    assert selectors.current_boundaries() == BoundaryEdition.objects.get(name="2010")


def test_a_whole_chain_is_verified_and_its_seal_printed() -> None:
    """To be kept elsewhere."""
    a_chain(5)
    output = said("audit", "verify")
    assert "5 events" in output
    assert head() in output
    assert "5 events" in said("audit", "verify", "--head", head())


def test_a_broken_chain_ends_with_the_code_for_scripts() -> None:
    """And says which event, and what to do."""
    a_chain(5)
    lift_guards()
    tamper(3, reason="Forged")
    output = said("audit", "verify", exit_code=int(Exit.UNBALANCED))
    assert "AUDIT-003 Event 3" in output
    assert "backup" in output


def test_the_log_is_printed_newest_first_for_people_and_for_scripts() -> None:
    """Filtered and limited."""
    a_chain(5)
    numbers = [line.split("\t")[0] for line in said("audit", "log").splitlines()]
    assert numbers == ["5", "4", "3", "2", "1"]
    assert len(said("audit", "log", "--limit", "2").splitlines()) == 2
    (only,) = said("audit", "log", "--kind", "person.added", "--since", "2000-01-01", "--json").splitlines()
    event = json.loads(only)
    assert (event["number"], event["by"], event["subject"]) == (1, "writer", "person:writer")
    assert said("audit", "log", "--person", "nobody") == ""


def test_rows_are_held_against_their_events_unless_the_chain_alone_is_asked_for() -> None:
    """A boundary that was moved behind the register's back."""
    a_country()
    an_edition(side_by_side("010203"))
    assert "rows of 1 held" in said("audit", "verify")
    boundary = Boundary.objects.get()
    Boundary.objects.update(shape=boundary.shape.buffer(0.001))
    assert "AUDIT-004" in said("audit", "verify", exit_code=int(Exit.UNBALANCED))
    assert "rows of 0 held" in said("audit", "verify", "--chain-only")
