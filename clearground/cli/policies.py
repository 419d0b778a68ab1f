"""The country's policies on the command line."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from django.utils.translation import gettext as _

from clearground.common.errors import Refused
from clearground.land.models import Edition
from clearground.land.policies import BY_NAME, policies_in_force
from clearground.places.selectors import the_country


def register(app: typer.Typer) -> None:
    """`policies` is a command of `app`."""
    app.command("policies")(policies)


def policies(
    edition: Annotated[str, typer.Option(metavar="NAME", help="As this edition froze them. Default: today's.")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object: name and value.")] = False,
) -> None:
    """Print how land is booked here: each policy, its value, and what that means.

    Example: clearground policies --edition "Official 2017"
    """
    values = frozen_in(edition) if edition else policies_in_force(the_country().policies)
    if as_json:
        typer.echo(json.dumps(values, ensure_ascii=False))
        return
    for name, value in values.items():
        typer.echo(f"{name} = {value}")
        # An edition keeps its words, also of a policy that later versions don't know.
        if name in BY_NAME:
            meaning = BY_NAME[name].values.get(value, "")
            typer.echo(f"    {_(BY_NAME[name].decides)} {_(meaning) if meaning else ''}".rstrip())


def frozen_in(name: str) -> dict[str, str]:
    """The policies that an edition was signed with, in the order in which they are documented."""
    signed = Edition.objects.filter(name=name).first()
    if signed is None:
        raise Refused(_("No edition is called “%(name)s”.") % {"name": name}, _("See clearground edition list."))
    # Databases keep the keys of JSON in an order of their own.
    order = [*BY_NAME, *sorted(set(signed.policies) - set(BY_NAME))]
    return {known: signed.policies[known] for known in order if known in signed.policies}
