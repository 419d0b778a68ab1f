"""The decisions of a country on how land is booked, as far as the books honour one.

`Country.policies` states some of them by name; the others have their default. A name or a value
that the books do not honour is refused, not passed over, and an edition freezes all of them. Where
a policy has one value, it names the rule that the books follow and leaves no choice, so that an
edition says it, and a later version that offers another can tell the two apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from clearground.common.errors import Refused


@dataclass(frozen=True, slots=True)
class Policy:
    """One decision: what is decided, and each value that the books honour with what it means; first the default."""

    name: str
    decides: str
    values: Mapping[str, str]

    @property
    def default(self) -> str:
        """The value where the country states none."""
        return next(iter(self.values))


REGISTRY = (
    Policy(
        "counts_from",
        gettext_noop("From which step on a record counts."),
        {"approval": gettext_noop("From its approval; what is staged or pending is in no figure.")},
    ),
    Policy(
        "release_day",
        gettext_noop("The day that a release counts from."),
        {
            "as_reported": gettext_noop(
                "The day that its report gives as `on`; the saved mapping of its source says which day that is"
                " (completion, inspection, handover)."
            )
        },
    ),
    Policy(
        "uncertain_day",
        gettext_noop("The day of a record whose day is known to the month or the year."),
        {"cautious": gettext_noop("The first possible day for hazards, the last for releases.")},
    ),
    Policy(
        "release_credit",
        gettext_noop("Which of several releases of the same land is credited with it."),
        {
            "earliest_day": gettext_noop(
                "The one of the earliest day, whenever its report came; the others have released it twice."
            )
        },
    ),
    Policy(
        "official_area",
        gettext_noop("Which area of a record is booked."),
        {
            "placed": gettext_noop(
                "That of its polygon; what is stated without a polygon has columns of its own, and is in no total"
                " of placed land."
            )
        },
    ),
    Policy(
        "outside_land",
        gettext_noop("What becomes of land that is released where no hazard was recorded."),
        {"apart": gettext_noop("A stock of its own; it is subtracted from nothing.")},
    ),
    Policy(
        "overlapping_classes",
        gettext_noop("The class of land that several hazard records cover."),
        {"higher_threat": gettext_noop("The class of the higher rank of threat; only a reclassification lowers it.")},
    ),
    Policy(
        "overlapping_places",
        gettext_noop("The place of land that the boundaries give to several."),
        {"lower_code": gettext_noop("The one with the lower code.")},
    ),
)
BY_NAME = {policy.name: policy for policy in REGISTRY}


def policies_in_force(stated: Mapping[str, Any]) -> dict[str, str]:
    """Every policy with its value, for a country that states some; refused where the books can't honour one."""
    for name, value in stated.items():
        if name not in BY_NAME:
            raise Refused(
                _("The books know no policy “%(name)s”.") % {"name": name},
                _("Policies: %(known)s") % {"known": ", ".join(BY_NAME)},
            )
        if value not in BY_NAME[name].values:
            raise Refused(
                _("The books can't honour the policy %(name)s = %(value)s.") % {"name": name, "value": value},
                _("Use one of: %(known)s") % {"known": ", ".join(BY_NAME[name].values)},
            )
    return {policy.name: str(stated.get(policy.name, policy.default)) for policy in REGISTRY}
