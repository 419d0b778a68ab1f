"""People and organisations."""

from __future__ import annotations

from typing import Annotated

import typer

from clearground.accounts.actions import (
    add_organisation,
    add_person,
    deactivate_person,
    grant_role,
    invite,
    revoke_role,
)
from clearground.accounts.models import Organisation, Person
from clearground.accounts.selectors import active_people, organisation_by_code, person_by_login

from .terminal import By, Reason, acting, console, needs_reason

person = typer.Typer(no_args_is_help=True, help="Who may act in the register.")
organisation = typer.Typer(no_args_is_help=True, help="Operators, authorities, donors.")


def register(app: typer.Typer) -> None:
    """`person …` and `organisation …` are commands of `app`."""
    app.add_typer(person, name="person")
    app.add_typer(organisation, name="organisation")


@person.command("add")
def person_add(
    login: Annotated[str, typer.Argument(help="What they are called in commands: letters, digits, . @ + - _")],
    name: Annotated[str, typer.Option(help="Their name.")],
    email: Annotated[str, typer.Option(help="Where to reach them.")] = "",
    organisation: Annotated[str, typer.Option(metavar="CODE", help="For whom they work.")] = "",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Let somebody act in the register.

    Example: clearground person add dara --name "Chan Dara" --organisation CMAC --by sokha
    """
    employer = organisation_by_code(organisation) if organisation else None
    adder = acting(by) if by or Person.objects.exists() else None
    added = add_person(login=login, name=name, email=email, organisation=employer, by=adder, reason=reason)
    console.print(f"{added.name} may act as {added.login}.")


@person.command("list")
def person_list() -> None:
    """Print the people who may act, one a line: login, name, organisation.

    Example: clearground person list
    """
    for each in active_people().select_related("organisation"):
        typer.echo(f"{each.login}\t{each.name}\t{each.organisation or ''}")


@person.command("deactivate")
def person_deactivate(
    login: Annotated[str, typer.Argument(help="Who may not act any more.")], by: By = "", reason: Reason = ""
) -> None:
    """Take from somebody the right to act. What they did stays under their name.

    Example: clearground person deactivate dara --reason "Left the programme" --by sokha
    """
    gone = deactivate_person(person=person_by_login(login), by=acting(by), reason=needs_reason(reason))
    console.print(f"{gone.name} ({gone.login}) can't act any more.")


@person.command("grant")
def person_grant(
    login: Annotated[str, typer.Argument(help="Whom.")],
    role: Annotated[str, typer.Argument(help="administrator, data_officer, approver, operator, viewer …")],
    by: By = "",
    reason: Reason = "",
) -> None:
    """Give somebody a role; docs/rights.md says what each role may do on the pages.

    Example: clearground person grant dara approver --by sokha
    """
    grant_role(person=person_by_login(login), role=role, by=acting(by), reason=reason)
    console.print(f"{login} is {role}.")


@person.command("revoke")
def person_revoke(
    login: Annotated[str, typer.Argument(help="Whom.")],
    role: Annotated[str, typer.Argument(help="The role to take.")],
    by: By = "",
    reason: Reason = "",
) -> None:
    """Take a role from somebody.

    Example: clearground person revoke dara approver --reason "Changed post" --by sokha
    """
    revoke_role(person=person_by_login(login), role=role, by=acting(by), reason=needs_reason(reason))
    console.print(f"{login} is no longer {role}.")


@person.command("invite")
def person_invite(
    login: Annotated[str, typer.Argument(help="Whom.")],
    address: Annotated[str, typer.Option(help="Where the pages are.")] = "http://127.0.0.1:8000",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Print a link by which somebody sets their password: once, within seven days. Give it to nobody else.

    Example: clearground person invite dara --by sokha
    """
    token = invite(person=person_by_login(login), by=acting(by), reason=reason)
    typer.echo(f"{address.rstrip('/')}/join/{token}/")


@organisation.command("add")
def organisation_add(
    code: Annotated[str, typer.Argument(help="What records call it.")],
    name: Annotated[str, typer.Option(help="Its name.")],
    kind: Annotated[str, typer.Option(help="authority, operator, commercial, donor, ministry or other.")] = "operator",
    name_km: Annotated[str, typer.Option(help="Its name in Khmer.")] = "",
    by: By = "",
    reason: Reason = "",
) -> None:
    """Let records name an organisation as operator, overseer or source.

    Example: clearground organisation add CMAC --name "Cambodian Mine Action Centre" --by sokha
    """
    added = add_organisation(code=code, name=name, kind=kind, name_km=name_km, by=acting(by), reason=reason)
    console.print(f"{added.code}: {added.name}")


@organisation.command("list")
def organisation_list() -> None:
    """Print the organisations, one a line: code, kind, name.

    Example: clearground organisation list
    """
    for each in Organisation.objects.all():
        typer.echo(f"{each.code}\t{each.kind}\t{each.name}\t{each.name_km}")
