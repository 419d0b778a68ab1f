"""A line has one digest, before it is approved and when it is read back from the register."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import shapely

from clearground.audit.selectors import verify_chain
from clearground.exchange.digests import RECOMPUTE
from clearground.exchange.selectors import standing_lines
from clearground.kernel.land.events import Kind
from clearground.land.actions import approve_lines

from .factories import document, line, register, square

ODD: dict[str, dict[str, Any]] = {
    "none found of one type": {"items": {"antipersonnel_mine": 3, "submunition": 0}},
    "heights": {"shape": shapely.force_3d(square(0, 0, 2), 12.5)},
    "an empty shape": {"shape": shapely.Polygon()},
    "a stated area in whole metres": {"stated_m2": 500},
    "two families, the later first": {"families": (("erw", None), ("mines", None))},
}
PLAIN = line("R", Kind.CLEAR, "2017-06-01", square(0, 0, 2), operator="OP1", document_row=7)


@pytest.mark.django_db
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_line_read_back_has_the_digest_that_was_sealed(odd: dict[str, Any]) -> None:
    """So that importing a file again changes nothing, and the audit finds only what was changed."""
    person = register()
    given = replace(PLAIN, **odd)
    approve_lines(lines=[given], document=document(person), on=date(2018, 1, 1), by=person, reason="test")
    (kept,) = standing_lines(["R"])
    assert kept.digest == given.digest
    check = verify_chain(recompute=RECOMPUTE)
    assert (check.rows_checked, check.findings) == (1, [])


@pytest.mark.parametrize(
    "change",
    [
        {"items": {"submunition": 1}},
        {"items": {"submunition": 0}},
        {"shape": square(0, 0, 3)},
        {"shape": None},
        {"note": "x"},
        {"line": 2},
    ],
)
def test_what_a_line_says_is_in_its_digest(change: dict[str, Any]) -> None:
    """Another statement has another digest."""
    assert replace(PLAIN, **change).digest != PLAIN.digest


def test_where_a_line_stood_in_a_file_is_not_in_its_digest() -> None:
    """Rows that were sorted again say the same."""
    assert replace(PLAIN, document_row=8).digest == PLAIN.digest
