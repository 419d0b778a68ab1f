"""The invented country, made once for each module of tests and thrown away with it; readers of two kinds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from clearground.demonstration.actions import load_demonstration
from clearground.places.models import Country
from tests.web import books

SIZE, SEED = 300, 25


@pytest.fixture(scope="module")
def country(django_db_setup: Any, django_db_blocker: Any) -> Iterator[None]:
    """The demonstration with two signed editions."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demonstration(size=SIZE, seed=SEED)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def officer(country: None, db: None) -> Client:
    """Somebody who may see land, and so records."""
    client = Client()
    client.force_login(books.somebody("data_officer"))
    return client


@pytest.fixture
def viewer(country: None, db: None) -> Client:
    """Somebody who may see figures only, in a country that publishes nothing."""
    Country.objects.update(published="nothing")
    client = Client()
    client.force_login(books.somebody("viewer"))
    return client


def text(client: Client, address: str, status: int = 200) -> str:
    """The page, which must have been answered so."""
    answer = client.get(address)
    assert answer.status_code == status, answer.content[:500]
    return answer.content.decode()
