"""Coordinates in every usual notation, and laws about them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearground.exchange.reading.coordinates import Unreadable, angle, metres, pair

KHMER = str.maketrans("0123456789", "០១២៣៤៥៦៧៨៩")
HERE = 13 + 30 / 60 + 15.5 / 3600

LATITUDES = [
    "13.504305555555556",
    "13,504305555555556",
    "13.504305555555556 N",
    "N13.504305555555556",
    "N 13,504305555555556°",
    "13°30'15.5\"N",
    "13° 30′ 15.5″ N",
    "13º30´15,5´´ N",
    "13°30’15.5” North",
    "N13°30'15.5''",
    "13 30 15.5",
    "13 30 15.5 N",
    "13:30:15.5",
    "13-30-15.5N",
    "13d30m15.5s",
    "13d30m15.5sN",
    "13 deg 30 min 15.5 sec N",
    "13°30.258333333'",
    "13 30.258333333 N",
    "13°30,258333333' N",
    "១៣°៣០′១៥.៥″",
    "ជើង ១៣°៣០′១៥.៥″",
    "១៣°៣០′១៥,៥″ ខាងជើង",
]
WRONG = [
    "",
    "x",
    "abc",
    "13°61'00\"",
    "13°30'60\"",
    "13.5°30'",
    "95",
    "-91",
    "13 30 15 20",
    "13..5",
    "--13",
    "1e999",
    "nan",
]
WRONG += ["13°30'15\" E", "north", "13,5,5", "12N13", "13.5.1", "-13 S"]


@pytest.mark.parametrize("text", LATITUDES)
def test_a_latitude_in_any_notation(text: str) -> None:
    """All of these are one place."""
    assert angle(text, "lat").degrees == pytest.approx(HERE, abs=2e-9)


@pytest.mark.parametrize("text", WRONG)
def test_what_is_no_latitude(text: str) -> None:
    """None of these is guessed at."""
    with pytest.raises(Unreadable):
        angle(text, "lat")


@pytest.mark.parametrize("text", ["-13.5", "13.5 S", "S13°30'", "13°30'00\"S", "−13.5", "១៣°៣០′ ត្បូង"])
def test_south(text: str) -> None:
    """The southern half is negative."""
    assert angle(text, "lat").degrees == -13.5


@pytest.mark.parametrize(
    "text",
    [
        "13.5, 103.25",
        "13.5 103.25",
        "13,5; 103,25",
        "N13.5 E103.25",
        "13°30'N 103°15'E",
        "103°15'E, 13°30'N",
        "13 30 00 103 15 00",
        "13°30'00\"N / 103°15'00\"E",
        "(13.5, 103.25)",
        "103.25, 13.5",
        "១៣.៥, ១០៣.២៥",
    ],
)
def test_two_in_one_cell(text: str) -> None:
    """Letters decide the order; without them the option, unless only the other order is on the globe."""
    lon, lat, _ = pair(text)
    assert (lon, lat) == pytest.approx((103.25, 13.5))


def test_the_order_is_said_to_be_assumed() -> None:
    """Only where nothing tells."""
    assert pair("13.5, 13.25")[2]
    assert not pair("13.5N, 13.25E")[2]
    assert not pair("103.5, 13.25")[2]
    assert pair("13.5, 13.25", "lon lat")[:2] == (13.5, 13.25)


@pytest.mark.parametrize("text", ["13.5", "13.5, 103.2, 5", "N13 N14", "here", ""])
def test_what_is_no_pair(text: str) -> None:
    """One, three or none are not two."""
    with pytest.raises(Unreadable):
        pair(text)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("412345", 412345),
        ("412 345", 412345),
        ("412,345.5", 412345.5),
        ("1.456.789,5", 1456789.5),
        ("412345 m", 412345),
        ("412345mE", 412345),
        ("៤១២៣៤៥", 412345),
        (412345.5, 412345.5),
        ("412345,25", 412345.25),
    ],
)
def test_metres(text: str | float, wanted: float) -> None:
    """Eastings and northings, with thousands and decimals in either fashion."""
    assert metres(text) == wanted


@given(st.integers(0, 89), st.integers(0, 59), st.integers(0, 59999), st.sampled_from("NS"), st.booleans())
def test_degrees_minutes_seconds_come_back(
    degrees: int, minutes: int, thousandths: int, letter: str, khmer: bool
) -> None:
    """Any whole-thousandth second, either half of the globe, either digits."""
    seconds = f"{thousandths // 1000:02}.{thousandths % 1000:03}"
    text = f"{degrees}°{minutes:02}'{seconds}\"{letter}"
    wanted = (degrees + minutes / 60 + thousandths / 3_600_000) * (1 if letter == "N" else -1)
    assert angle(text.translate(KHMER) if khmer else text, "lat").degrees == pytest.approx(wanted, abs=1e-10)


@given(st.floats(-180, 180))
def test_decimal_degrees_come_back(degrees: float) -> None:
    """To the last digit, with point or comma."""
    text = format(degrees, ".9f")
    assert angle(text, "lon").degrees == pytest.approx(degrees, abs=1e-9)
    assert angle(text.replace(".", ","), "lon").degrees == pytest.approx(degrees, abs=1e-9)


@given(st.one_of(st.text(), st.text("0123456789.,°'\"NSEW -០១៩m", max_size=20)))
def test_any_text_is_a_place_on_the_globe_or_no_coordinate(text: str) -> None:
    """Nothing else comes out, and nothing else is raised."""
    for parse in (angle, pair, metres):
        try:
            found = parse(text)
        except Unreadable:
            continue
        if parse is angle:
            assert abs(found.degrees) <= 180
        if parse is pair:
            assert abs(found[0]) <= 180
            assert abs(found[1]) <= 90
