"""Somebody has decided, for every column, who may see it."""

from __future__ import annotations

from clearground.common.privacy import Privacy
from tests.test_architecture import our_models


def declared(model: type) -> dict[str, Privacy]:
    """The privacy classes of a model's columns, as declared."""
    return getattr(model, "PRIVACY", {})


def test_every_column_has_a_privacy_class() -> None:
    """Adding a column means deciding who may see it."""
    own = [m for m in our_models() if not m._meta.auto_created]
    undecided = {
        model._meta.label: missing
        for model in own
        if (missing := {f.name for f in model._meta.fields} - set(declared(model)))
    }
    assert undecided == {}


def test_no_class_is_declared_for_a_column_that_is_gone() -> None:
    """A misspelt name protects nothing."""
    stale = {
        model._meta.label: gone
        for model in our_models()
        if (gone := set(declared(model)) - {f.name for f in model._meta.fields})
    }
    assert stale == {}


def test_privacy_classes_are_privacy_classes() -> None:
    """Not a word that happens to look like one."""
    wrong = {
        f"{model._meta.label}.{name}"
        for model in our_models()
        for name, value in declared(model).items()
        if not isinstance(value, Privacy)
    }
    assert wrong == set()


def test_where_hazards_lie_is_not_public() -> None:
    """Publishing hazard polygons is a decision of the country, never a default."""
    from clearground.land.models import LandEvent

    assert LandEvent.PRIVACY["shape"] is Privacy.RESTRICTED
    assert LandEvent.PRIVACY["given_shape"] is Privacy.RESTRICTED
