"""Roles of people: given and taken."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from clearground.audit.actions import Kind, record
from clearground.common.errors import Exit, Refused
from clearground.common.locks import hold_until_commit

from .. import selectors
from ..choices import Role
from ..models import Person, RoleGrant


@transaction.atomic
def grant_role(*, person: Person, role: Role | str, by: Person, reason: str = "") -> RoleGrant:
    """The person has the role from now on; one that they had already is no event."""
    role = checked_role(role)
    grant, is_new = RoleGrant.objects.get_or_create(person=person, role=role)
    if is_new:
        told = {"role": role.value}
        record(Kind.ROLE_GRANTED, subject=f"person:{person.login}", by=by, reason=reason, detail=told)
    return grant


@transaction.atomic
def revoke_role(*, person: Person, role: Role | str, by: Person, reason: str) -> None:
    """The person has the role no longer; refused for the last active administrator."""
    hold_until_commit("accounts.person")
    role = checked_role(role)
    if role is Role.ADMINISTRATOR:
        require_other_administrator(person)
    gone, _by_table = RoleGrant.objects.filter(person=person, role=role).delete()
    if not gone:
        raise Refused(_("%(name)s has no such role.") % {"name": person.name})
    record(Kind.ROLE_REVOKED, subject=f"person:{person.login}", by=by, reason=reason, detail={"role": role.value})


@transaction.atomic
def set_roles(*, person: Person, roles: Collection[str], by: Person, reason: str) -> None:
    """The person has exactly these roles from now on, also in sessions that are open."""
    hold_until_commit("accounts.person")
    if not person.is_active:
        raise Refused(_("%(name)s was deactivated.") % {"name": person.name}, _("Add them again under another login."))
    wanted, held = {checked_role(role) for role in roles}, selectors.roles_of(person)
    if wanted == held:
        raise Refused(_("%(name)s has these roles already.") % {"name": person.name}, _("Nothing was changed."))
    for role in (each for each in Role if each in wanted - held):
        grant_role(person=person, role=role, by=by, reason=reason)
    for role in (each for each in Role if each in held - wanted):
        revoke_role(person=person, role=role, by=by, reason=reason)


def require_other_administrator(person: Person) -> None:
    """Refuses where nobody else could let people in any more."""
    others = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True).exclude(person=person)
    if not others.exists():
        raise Refused(
            _("%(name)s is the last administrator.") % {"name": person.name},
            _("Make somebody else an administrator first."),
        )


def checked_role(role: Role | str) -> Role:
    """The role of that name; refused, with the list of roles, where there is none."""
    if role not in Role.values:
        raise Refused(
            _("“%(role)s” is no role.") % {"role": role},
            _("Roles: %(roles)s") % {"roles": ", ".join(Role.values)},
            Exit.USAGE,
        )
    return Role(role)
