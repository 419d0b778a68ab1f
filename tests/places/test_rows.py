"""Rows against a gazetteer: which parent a row states, and which it can have."""

from __future__ import annotations

import pytest

from clearground.places.choices import Level
from clearground.places.rows import Gazetteer, official

from .factories import known, province, row, village

KNOWN = known(
    province("01"),
    province("02"),
    row("0102", level=Level.DISTRICT, parent_code="01"),
    row("010203", parent_code="0102"),
)


def test_a_row_states_the_parent_that_it_names() -> None:
    """Whatever its code begins with."""
    assert KNOWN.stated_parent(row("010203", parent_code="0299")) == "0299"


def test_without_a_name_for_it_the_parent_is_told_by_the_code() -> None:
    """Codes of one length at each level are prefixes by custom."""
    assert KNOWN.stated_parent(row("019901")) == "0199"
    assert KNOWN.stated_parent(village("01020301")) == "010203"


def test_a_province_has_no_parent() -> None:
    """It is the top."""
    assert KNOWN.stated_parent(province("03")) is None


def test_codes_of_unequal_length_tell_no_parent() -> None:
    """Where the custom does not hold, nothing is guessed."""
    mixed = known(province("1"), province("11"))
    assert mixed.stated_parent(row("1101", level=Level.DISTRICT)) is None


def test_a_code_no_longer_than_its_parents_tells_none() -> None:
    """It can't begin with one."""
    assert KNOWN.stated_parent(row("0102", level=Level.COMMUNE)) is None


@pytest.mark.parametrize(("code", "parent"), [("010201", "0102"), ("019901", "01"), ("990101", None)])
def test_a_row_hangs_under_the_nearest_place_that_is_known(code: str, parent: str | None) -> None:
    """District where it is known, else province, else nothing."""
    assert KNOWN.nearest_parent(row(code)) == parent


def test_the_nearest_parent_is_of_a_level_above() -> None:
    """A place of its own level is no parent, even where its code fits."""
    odd = known(province("01"), row("0102", level=Level.COMMUNE))
    assert odd.nearest_parent(row("010203", level=Level.COMMUNE, parent_code="01029")) == "01"


def test_a_marked_code_counts_by_what_it_officially_is() -> None:
    """A second village under one code doesn't spoil the custom of lengths."""
    marked = known(village("01020301"), village("01020301~2"))
    assert marked.lengths == {Level.VILLAGE: 8}
    assert official("01020301~2") == "01020301"


def test_a_gazetteer_gives_its_places_by_level() -> None:
    """By code."""
    assert sorted(KNOWN.level(Level.PROVINCE)) == ["01", "02"]
    assert Gazetteer.of([]).level(Level.PROVINCE) == {}
