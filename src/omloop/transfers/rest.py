"""What is found of somebody beside his invoices, and why some of it stays (rules 5.1)."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _


class Stay(StrEnum):
    """Why a rule, a group, a substitution or a cost centre can't go to the other."""

    RIGHT_MISSING = "right_missing"
    BARRED = "barred"
    OWN = "own"
    MANAGE_MEMBERS = "manage_members"
    GIVES_RIGHTS = "gives_rights"
    LAST_GROUP = "last_group"
    HIMSELF = "himself"
    UNFIT = "unfit"
    NO_MEMBER = "no_member"
    CANT_ANSWER = "cant_answer"


@dataclass(frozen=True)
class Found:
    """Something beside invoices: what it is called, and what keeps it from going; None: it goes."""

    kind: str
    id: UUID
    name: str
    stays: Stay | None


def reason(stays: str, names: dict[str, str]) -> str:
    """Why it stays, in a sentence; `names` are those of `left` and `to`."""
    return {
        Stay.RIGHT_MISSING: _("%(to)s has no right for what this rule asks."),
        Stay.BARRED: _("%(to)s approves by this rule already, and two approvals need two people."),
        Stay.OWN: _("Nobody changes this for himself: another administrator transfers it."),
        Stay.MANAGE_MEMBERS: _("You need the right to manage members for this."),
        Stay.GIVES_RIGHTS: _("This group would give %(to)s new rights, and rights are never transferred."),
        Stay.LAST_GROUP: _("This is the only group of %(left)s; without it the membership would end."),
        Stay.HIMSELF: _("%(to)s is the one who is away, and nobody stands in for himself."),
        Stay.NO_MEMBER: _("%(to)s is no active member of this organisation."),
        Stay.CANT_ANSWER: _("%(to)s may neither check nor approve there, as the owner of lines is asked to."),
        Stay.UNFIT: _("%(to)s can't stand in there: no part of that environment."),
    }[Stay(stays)] % names
