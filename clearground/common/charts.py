"""Charts: one Vega-Lite specification for the screen and for print."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language

# The signs of the map: the same hue says the same state in every chart.
COLOURS = {
    "confirmed": "#c1440e",
    "suspected": "#e69f00",
    "not_stated": "#8a4f7d",
    "cancelled": "#8bbfdc",
    "reduced": "#2b6ca3",
    "cleared": "#0b8a63",
    "brand": "#0b3b4a",
    "ink": "#14202b",
    "rule": "#d3d9de",
}
FONTS = {
    "en": "Noto Sans Variable, Noto Sans, sans-serif",
    "km": "Noto Sans Khmer Variable, Noto Sans Khmer, sans-serif",
}


def chart(spec: dict[str, Any]) -> dict[str, Any]:
    """The specification with the house's fonts and lines, in the reader's language."""
    font = FONTS["km" if (get_language() or "").startswith("km") else "en"]
    axis = {
        "gridColor": COLOURS["rule"],
        "domainColor": COLOURS["ink"],
        "tickColor": COLOURS["ink"],
        "labelFontSize": 12,
    }
    config = {
        "font": font,
        "background": None,
        "axis": axis,
        "legend": {"labelFontSize": 12, "orient": "top"},
        "view": {"stroke": None},
    }
    return {"$schema": "https://vega.github.io/schema/vega-lite/v6.json", "config": config, **spec}


def as_svg(spec: dict[str, Any]) -> str:
    """The chart drawn, for print."""
    import vl_convert  # here and not above: it loads an engine of some tens of megabytes

    return vl_convert.vegalite_to_svg(spec)
