"""Code lists of the books that no country changes. Class lists and item types are rows."""

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
