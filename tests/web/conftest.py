"""Pages are tested on a small register; the Khmer words are compiled first."""

import sys
from importlib.util import find_spec
from types import ModuleType

import pytest

if find_spec("clearground.land.selectors") is None:
    stub = ModuleType("clearground.land.selectors")
    sys.modules[stub.__name__] = stub
    import clearground.land

    clearground.land.selectors = stub


@pytest.fixture(autouse=True)
def _no_tile_is_kept():
    """A block of land of one test is not the next one's."""
    from clearground.web import tiles

    tiles.block.cache_clear()
    yield
    tiles.block.cache_clear()
