"""The only writers of people, their roles and their organisations."""

from .invitations import accept_invitation, invite
from .organisations import add_organisation
from .people import add_person, deactivate_person
from .roles import grant_role, revoke_role

__all__ = [
    "accept_invitation",
    "add_organisation",
    "add_person",
    "deactivate_person",
    "grant_role",
    "invite",
    "revoke_role",
]
