"""What the database itself holds places to."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from clearground.places.models import Boundary, BoundaryEdition, Place

from .factories import a_country, an_edition, rectangle, side_by_side

pytestmark = pytest.mark.django_db


def refused(**values: object) -> None:
    """The database refuses a boundary edition of these values."""
    with pytest.raises(IntegrityError), transaction.atomic():
        BoundaryEdition.objects.create(source="test", **values)


def test_one_edition_is_current() -> None:
    """Two would make a figure depend on the order of rows."""
    BoundaryEdition.objects.create(name="a", source="test", is_current=True)
    BoundaryEdition.objects.create(name="b", source="test")
    refused(name="c", is_current=True)


def test_an_edition_has_a_name_of_its_own() -> None:
    """Publications cite it."""
    BoundaryEdition.objects.create(name="a", source="test")
    refused(name="a")


def test_a_place_has_one_boundary_in_an_edition() -> None:
    """Parts of a place are one shape."""
    a_country()
    edition = an_edition(side_by_side("010203")).edition
    with pytest.raises(IntegrityError), transaction.atomic():
        Boundary.objects.create(edition=edition, place=Place.objects.get(), shape=rectangle(0, 0, 1, 1))


def test_a_place_that_is_cited_can_not_be_removed() -> None:
    """Nor can an edition."""
    a_country()
    edition = an_edition(side_by_side("010203")).edition
    assert edition is not None
    for cited in (Place.objects.get(), edition):
        with pytest.raises(ProtectedError):
            cited.delete()


def test_places_say_what_they_are() -> None:
    """In lists and on pages."""
    country = a_country()
    an_edition(side_by_side("010203"), "2010")
    assert str(country) == "XKV"
    assert str(Place.objects.get()) == "Place 010203 (010203)"
    assert str(BoundaryEdition.objects.get()) == "2010"
    assert str(Boundary.objects.get()) == "Place 010203 (010203) in 2010"
