"""Pages are tested on a small register; the Khmer words are compiled first."""

import pytest

from scripts.messages import catalogues, compile_all

# Before Django reads them; a catalogue compiled already is left alone, so that parallel runs don't meet.
if any(
    not path.with_suffix(".mo").exists() or path.with_suffix(".mo").stat().st_mtime < path.stat().st_mtime
    for path in catalogues()
):
    compile_all()


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    """A tile of one test is not the next one's."""
    from clearground.web.atlas import land_index, pyramid, tiles

    kept = (land_index.block, land_index.kept_index, land_index.has_few_clusters, tiles.live_tile)
    for each in (*kept, pyramid.opened, pyramid.said_by):
        each.cache_clear()
