"""One coordinate as people write it: degrees in any usual notation, or metres."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .digits import western

# Letters and words of directions, English and Khmer, with the axis and the sign that they give.
DIRECTIONS = {
    "n": ("lat", 1), "north": ("lat", 1), "ខាងជើង": ("lat", 1), "ជើង": ("lat", 1),
    "s": ("lat", -1), "south": ("lat", -1), "ខាងត្បូង": ("lat", -1), "ត្បូង": ("lat", -1),
    "e": ("lon", 1), "east": ("lon", 1), "ខាងកើត": ("lon", 1), "កើត": ("lon", 1),
    "w": ("lon", -1), "west": ("lon", -1), "ខាងលិច": ("lon", -1), "លិច": ("lon", -1),
}  # fmt: skip
WORD = re.compile("|".join(sorted(DIRECTIONS, key=len, reverse=True)), re.IGNORECASE)
UNITS = re.compile(r"(?<=[\d\s.,])(degrees?|deg|minutes?|min|seconds?|sec|d|m|s)(?=[\d\s.,'\"]|$)", re.IGNORECASE)
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
LIMITS = {"lat": 90.0, "lon": 180.0}
EXPONENT = re.compile(r"[+-]?\d+(?:\.\d+)?e[+-]?\d+", re.IGNORECASE)


class Unreadable(ValueError):
    """The text is no coordinate; the message says why."""


@dataclass(frozen=True, slots=True)
class Angle:
    """Degrees, and the axis where the text names one."""

    degrees: float
    axis: str | None = None


def angle(text: str | float | int, axis: str | None = None) -> Angle:
    """The angle that a cell gives, checked against `axis` ("lat", "lon") where that is known."""
    if isinstance(text, int | float):
        return _checked(float(text), axis)
    said = western(text).strip()
    if EXPONENT.fullmatch(said):
        return _checked(float(said), axis)
    rest, named, sign = _direction(said)
    if axis and named and axis != named:
        raise Unreadable(f"{text!r} is a {'latitude' if named == 'lat' else 'longitude'}")
    degrees = _degrees(rest, text)
    if sign < 0 and degrees < 0:
        raise Unreadable(f"{text!r} has a sign and a letter that are at odds")
    return _checked(sign * degrees, axis or named, named)


def _checked(degrees: float, axis: str | None, named: str | None = None) -> Angle:
    if not abs(degrees) <= LIMITS.get(axis or "lon", 180.0):
        raise Unreadable(f"{degrees:g} is out of range")
    return Angle(degrees, named or axis)


def _direction(said: str) -> tuple[str, str | None, int]:
    """The text without its direction, the axis, the sign. A direction stands first or last."""
    for at in (re.match(WORD, said), _last(said)):
        if at is None or not at.group():
            continue
        rest = (said[: at.start()] + " " + said[at.end() :]).strip(" .,:")
        axis, sign = DIRECTIONS[at.group().lower()]
        # "30s" ends in seconds, unless something else says where the seconds are.
        if at.group().lower() == "s" and at.start() and re.search(r"\d\s*m[^s]*$", said[: at.start()], re.IGNORECASE):
            continue
        return rest, axis, sign
    return said, None, 1


def _last(said: str) -> re.Match[str] | None:
    found = list(WORD.finditer(said))
    return found[-1] if found and found[-1].end() == len(said.rstrip(" .")) else None


def _degrees(rest: str, text: str) -> float:
    said = UNITS.sub(" ", rest).strip()
    negative = said.startswith("-")
    said = re.sub(r"^[+-]", "", said).strip()
    if re.search(r"[^\d\s.,°'\":;-]", said):
        raise Unreadable(f"{text!r} is not a coordinate")
    parts = NUMBER.findall(said)
    left = re.sub(r"[\s°'\":;-]", "", NUMBER.sub("", said))
    if not 1 <= len(parts) <= 3 or left or said.startswith("-"):
        raise Unreadable(f"{text!r} is not a coordinate")
    values = [float(part.replace(",", ".")) for part in parts]
    if any(value != int(value) for value in values[:-1]):
        raise Unreadable(f"{text!r} has a fraction before its last part")
    if any(value >= 60 for value in values[1:]):
        raise Unreadable(f"{text!r} has 60 minutes or seconds, or more")
    degrees = sum(value / 60**power for power, value in enumerate(values))
    return -degrees if negative else degrees


def pair(text: str, order: str = "lat lon") -> tuple[float, float, bool]:
    """Longitude and latitude of two coordinates in one cell, and whether the order had to be assumed."""
    said = western(text).strip().strip("()[]")
    first, second = _halves(said)
    one, two = angle(first), angle(second)
    if one.axis and one.axis == two.axis:
        raise Unreadable(f"{text!r} names the same axis twice")
    if one.axis or two.axis:
        lat_first = one.axis == "lat" or two.axis == "lon"
        assumed = False
    else:
        lat_first, assumed = order.startswith("lat"), True
        if abs(one.degrees if lat_first else two.degrees) > 90:
            lat_first, assumed = not lat_first, False
    lat, lon = (one, two) if lat_first else (two, one)
    return angle(lon.degrees, "lon").degrees, angle(lat.degrees, "lat").degrees, assumed


def _halves(said: str) -> tuple[str, str]:
    for separator in (";", "|", "\n", "/", ", ", ","):
        parts = [part.strip() for part in said.split(separator) if part.strip()]
        if len(parts) == 2:
            return parts[0], parts[1]
    words = [m for m in WORD.finditer(said) if m.group().lower() not in "s" or not said[: m.start()].rstrip().isdigit()]
    if len(words) == 2:
        # Letters lead ("N13 30 E103 12") or follow ("13 30N 103 12E").
        cut = words[1].start() if words[0].start() == 0 else words[0].end()
        return said[:cut], said[cut:]
    parts = said.split()
    if len(parts) in (2, 4, 6) and not words:
        half = len(parts) // 2
        return " ".join(parts[:half]), " ".join(parts[half:])
    raise Unreadable(f"{said!r} is not a pair of coordinates")


def metres(value: str | float | int) -> float:
    """An easting or northing in metres, with spaces or one kind of separator between thousands."""
    if isinstance(value, int | float):
        return float(value)
    said = re.sub(r"\s*m?\s*[en]?$", "", western(value).strip().lower())
    said = re.sub(r"(?<=\d)[\s'](?=\d)", "", said)
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d+)?", said):
        said = said.replace(",", "")
    elif re.fullmatch(r"-?\d{1,3}(\.\d{3}){2,}(,\d+)?", said):
        said = said.replace(".", "")
    try:
        return float(said.replace(",", "."))
    except ValueError:
        raise Unreadable(f"{value!r} is not a number of metres") from None
