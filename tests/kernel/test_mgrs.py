"""The military grid: published references, zones with exceptions, and the way back."""

from __future__ import annotations

from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clearground.kernel.land.mgrs import Utm, band_of, degrees_minutes, from_mgrs, lonlat_of, mgrs_of, utm_of, zone_of


@pytest.mark.parametrize(
    ("point", "reference"),
    [
        (Utm(31, "U", 448_251.0, 5_411_932.0), "31UDQ4825111932"),  # beside the Eiffel Tower
        (utm_of(-93.0, 42.0), "15TWG0000049776"),
    ],
)
def test_published_references(point: Utm, reference: str) -> None:
    """As other programmes print them."""
    assert mgrs_of(point) == reference
    assert from_mgrs(reference).zone == point.zone


@pytest.mark.parametrize(
    ("lon", "lat", "zone", "band"),
    [
        (104.9, 11.6, 48, "P"),
        (102.0, 13.0, 48, "P"),
        (101.999, 13.0, 47, "P"),
        (5.3, 60.4, 32, "V"),  # Bergen lies in zone 32
        (2.9, 60.4, 31, "V"),
        (15.6, 78.2, 33, "X"),  # Longyearbyen
        (8.9, 78.2, 31, "X"),
        (9.0, 78.2, 33, "X"),
        (-180.0, 0.0, 1, "N"),
        (179.999, -0.001, 60, "M"),
        (0.0, 83.999, 31, "X"),
        (0.0, -80.0, 31, "C"),
    ],
)
def test_zones_and_bands(lon: float, lat: float, zone: int, band: str) -> None:
    """With the exceptions of Norway and Svalbard."""
    assert (zone_of(lon, lat), band_of(lat)) == (zone, band)


@given(st.floats(-180, 179.999999), st.floats(-79.999, 83.999), st.integers(1, 5))
def test_a_reference_leads_back_to_the_square_of_the_point(lon: float, lat: float, digits: int) -> None:
    """Within the square that it names, wherever on earth."""
    point = utm_of(lon, lat)
    corner = from_mgrs(mgrs_of(point, digits=digits))
    size = 10 ** (5 - digits)
    assert corner.zone == point.zone
    assert 0 <= point.easting_m - corner.easting_m < size
    assert 0 <= point.northing_m - corner.northing_m < size
    there = lonlat_of(point)
    assert hypot(abs(there[0] - lon) % 360, there[1] - lat) < 1e-6 or abs(there[0] - lon) > 359


@pytest.mark.parametrize("wrong", ["", "48P", "48PVU123", "61PVU1234512345", "48IVU1234512345", "48PAA1234512345", "x"])
def test_what_names_no_square_is_refused(wrong: str) -> None:
    """Instead of leading somewhere."""
    with pytest.raises(ValueError, match=r"grid|square"):
        from_mgrs(wrong)


def test_the_grid_ends_near_the_poles() -> None:
    """Where another grid begins."""
    with pytest.raises(ValueError, match="84"):
        utm_of(10.0, 84.5)


def test_degrees_and_minutes() -> None:
    """Minutes never reach sixty."""
    assert degrees_minutes(12.5, "N", "S") == "12°30.0000′ N"
    assert degrees_minutes(-0.99999999, "E", "W") == "1°00.0000′ W"
