"""The invented country with the people of imports; files are read in this process unless a test asks otherwise."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from clearground.exchange import intake
from tests.exchange import making

from .people import World, a_world


@pytest.fixture(autouse=True)
def _read_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(settings, "DATA_DIR", tmp_path / "register")
    if "limited_process" not in request.fixturenames:
        monkeypatch.setattr(intake, "read_file", making.read_here)


@pytest.fixture
def limited_process() -> None:
    """The test reads files as users do, each in a limited process, which takes a second."""


@pytest.fixture
def world(db: None) -> World:
    """A country, two operators, and somebody in each role."""
    return a_world()


@pytest.fixture
def officer(world: World, client: Client) -> Client:
    """A browser in which the data officer has signed in."""
    client.force_login(world.officer)
    return client


@pytest.fixture
def approver(world: World) -> Client:
    """A browser in which the approver has signed in."""
    return signed_in(world.approver)


def signed_in(person) -> Client:
    """A browser of that person."""
    browser = Client()
    browser.force_login(person)
    return browser
