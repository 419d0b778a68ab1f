"""The only writers of people, their roles and their organisations."""

from .codes import note_of_codes, turn_codes_off
from .invitations import accept_invitation, invite
from .organisations import add_organisation, change_organisation
from .people import add_person, change_person, deactivate_person, welcome_person
from .roles import grant_role, revoke_role, set_roles

__all__ = [
    "accept_invitation",
    "add_organisation",
    "add_person",
    "change_organisation",
    "change_person",
    "deactivate_person",
    "grant_role",
    "invite",
    "note_of_codes",
    "revoke_role",
    "set_roles",
    "turn_codes_off",
    "welcome_person",
]
