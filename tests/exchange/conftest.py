"""The invented country, for tests that need one."""

import pytest

from clearground.places.models import Country

from . import making


@pytest.fixture
def karsova(db: None) -> Country:
    """The invented country is there."""
    return making.country()
