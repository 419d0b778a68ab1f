"""The canonical form and the seal."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearground.audit.chain import GENESIS, SEALED, canonical, digest_of_rows, json_values, plain_numbers, seal

AT = datetime(2018, 5, 22, 3, 4, 5, 678901, tzinfo=UTC)
VALUES = (1, AT, "person.added", "person:sokha", 1, "", {"b": 1, "a": [1, 2]}, "", GENESIS)
NUMBERS = st.integers(-(10**30), 10**30) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda parts: st.lists(parts, max_size=3) | st.dictionaries(st.text(max_size=3), parts, max_size=3),
    max_leaves=10,
)


def replaced(column: str, value: object) -> tuple[object, ...]:
    """The values with one of them changed."""
    return tuple(value if name == column else old for name, old in zip(SEALED, VALUES, strict=True))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("number", 2),
        ("at", AT + timedelta(microseconds=1)),
        ("kind", "document.added"),
        ("subject", "person:dara"),
        ("by_id", 2),
        ("reason", " "),
        ("detail", {"b": 1, "a": [2, 1]}),
        ("rows_digest", "0"),
        ("previous_hash", "1" + GENESIS[1:]),
    ],
)
def test_every_column_is_sealed(column: str, value: object) -> None:
    """Another value, however near, is another seal."""
    assert seal(replaced(column, value)) != seal(VALUES)


def test_the_seal_does_not_depend_on_the_order_of_keys_or_the_time_zone() -> None:
    """The two databases give both back differently."""
    phnom_penh = AT.astimezone(timezone(timedelta(hours=7)))
    assert seal(replaced("detail", {"a": [1, 2], "b": 1})) == seal(VALUES)
    assert seal(replaced("at", phnom_penh)) == seal(VALUES)


def test_what_moves_between_columns_moves_the_seal() -> None:
    """Columns are kept apart in the canonical form."""
    one = list(VALUES)
    one[3], one[5] = "ab", "c"
    other = list(VALUES)
    other[3], other[5] = "a", "bc"
    assert seal(tuple(one)) != seal(tuple(other))


@given(JSON)
def test_a_detail_survives_storing_as_json(detail: object) -> None:
    """Written and read back, it has the same canonical form."""
    stored = json.loads(json.dumps(detail))
    assert canonical(plain_numbers(stored)) == canonical(plain_numbers(detail))


@pytest.mark.parametrize(
    ("on_sqlite", "on_postgresql"), [(1e22, 10**22), (1.0, 1), (-0.0, 0), ({"a": [2.0]}, {"a": [2]})]
)
def test_whole_floats_are_integers(on_sqlite: object, on_postgresql: object) -> None:
    """PostgreSQL's JSON keeps the value of a number, not how it was written."""
    assert canonical(plain_numbers(on_sqlite)) == canonical(plain_numbers(on_postgresql))


def test_true_is_not_one() -> None:
    """Python's booleans are integers; the canonical form keeps them apart."""
    assert canonical(plain_numbers({"a": True})) != canonical(plain_numbers({"a": 1}))


def test_dates_and_decimals_become_text() -> None:
    """A detail may be given as Python has it."""
    assert json_values({"on": date(2018, 5, 22), "m2": Decimal("27.680"), 3: "c"}) == {
        "on": "2018-05-22",
        "m2": "27.680",
        "3": "c",
    }


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_can_not_hold_is_refused(value: float) -> None:
    """Two databases would store two things, or fail late."""
    with pytest.raises(ValueError, match="JSON"):
        json_values({"share": value})


@given(st.lists(st.text(), max_size=5), st.lists(st.text(), max_size=5))
def test_a_digest_of_rows_tells_lists_of_rows_apart(one: list[str], other: list[str]) -> None:
    """Equal lists have one digest; others, also of the same text cut elsewhere, have two."""
    assert (digest_of_rows(one) == digest_of_rows(other)) == (one == other)


def test_a_digest_of_rows_holds_their_order() -> None:
    """Swapped rows are other rows."""
    assert digest_of_rows([["a"], ["b"]]) != digest_of_rows([["b"], ["a"]])
    assert digest_of_rows([]) != digest_of_rows([[]])
