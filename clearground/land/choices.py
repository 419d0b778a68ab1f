"""Code lists of the books that no country changes. Class lists and item types are rows."""

from typing import Any

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class EventKind(IntegerChoices):
    """Kinds of event; the value is the rank in book order (`clearground.kernel.land.events.Kind`)."""

    SUSPECT = 0, _("suspect")
    RECORD = 1, _("record")
    CONFIRM = 2, _("confirm")
    RECLASSIFY = 3, _("reclassify")
    CANCEL = 4, _("cancel")
    REDUCE = 5, _("reduce")
    CLEAR = 6, _("clear")
    REOPEN = 7, _("reopen")


class DatePrecision(TextChoices):
    """How exactly the source gives a day."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")
    UNKNOWN = "unknown", _("unknown")


class Evidence(TextChoices):
    """What a hazard record rests on (IMAS 08.10)."""

    DIRECT = "direct", _("direct")
    INDIRECT = "indirect", _("indirect")
    NONE = "none", _("none")
    NOT_STATED = "not_stated", _("not stated")


class LineageKind(TextChoices):
    """How hazard records come from others."""

    SPLIT = "split", _("split")
    MERGE = "merge", _("merge")
    RESURVEY = "resurvey", _("re-survey")


# How land is surveyed and released (IMAS 04.10), as reports write it. A method is free text in a record: what
# stands here has a translation, anything else is printed as it was given.
METHODS: dict[str, Any] = {
    "manual": _("manual"),
    "manual clearance": _("manual clearance"),
    "mechanical": _("mechanical"),
    "mechanical clearance": _("mechanical clearance"),
    "dogs": _("dogs"),
    "mine detection dogs": _("mine detection dogs"),
    "animal detection": _("animal detection"),
    "battle area clearance": _("battle area clearance"),
    "non-technical survey": _("non-technical survey"),
    "technical survey": _("technical survey"),
    "baseline survey": _("baseline survey"),
    "spot task": _("spot task"),
    "explosive ordnance disposal": _("explosive ordnance disposal"),
}


def method_in_words(method: str) -> str:
    """A method in the reader's language, where it is a term of the standards; else as it was given."""
    term = " ".join(method.lower().split())
    words = str(METHODS.get(term, term))
    return method if words == term else words
