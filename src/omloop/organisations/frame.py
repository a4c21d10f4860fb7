"""What the page frame shows of places: environment, organisations, and which lists this member has."""

from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from omloop.environments.models import Environment
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.receiving import LATER, to_ask_about
from omloop.organisations.rights import Right


@dataclass(frozen=True)
class Places:
    """The environment's name, the member's organisations, the chosen one, and what the menu offers."""

    environment: str = ""
    organisations: list[Organisation] = field(default_factory=list)
    chosen: Organisation | None = None
    sees_attention: bool = False
    disputes: bool = False
    sees_sales: bool = False
    manages_absences: bool = False
    manages_people: bool = False
    transfers: bool = False
    adds: bool = False
    is_placed: bool = False
    administers: bool = False
    asks_about: Organisation | None = None
    has_shut: bool = False


def places(request: HttpRequest) -> dict[str, Any]:
    """Context processor: `Places`, looked up when a template asks: texts are also made outside a scope."""
    return {"places": SimpleLazyObject(partial(places_of, request))}


def places_of(request: HttpRequest) -> Places:
    """What the frame shows of this request's member; empty for strangers and on error pages."""
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return Places()
    organisations = list(Organisation.objects.filter(id__in=member.rights).order_by("name"))
    environments = Environment.objects.filter(id__in={o.environment_id for o in organisations})
    return Places(
        environment=", ".join(environments.order_by("name").values_list("name", flat=True)),
        organisations=organisations,
        chosen=chosen(request, organisations),
        sees_attention=any(map(member.where, (Right.MANAGE_ABSENCES, Right.CANCEL, Right.DISPUTE))),
        disputes=bool(member.where(Right.DISPUTE)),
        sees_sales=bool(member.where(Right.VIEW_ALL) | member.where(Right.SEND)),
        manages_absences=bool(member.where(Right.MANAGE_ABSENCES)),
        manages_people=bool(member.environments or member.where(Right.MANAGE_MEMBERS)),
        transfers=bool(member.where(Right.TRANSFER)),
        adds=bool(member.where(Right.ADD)),
        is_placed=bool(member.belongs_to or organisations),
        administers=bool(member.environments),
        asks_about=to_ask_about(member, [UUID(later) for later in request.session.get(LATER, [])]),
        has_shut=bool(member.shut),
    )


def chosen(request: HttpRequest, organisations: list[Organisation]) -> Organisation | None:
    """The organisation of `?organisation=`; another one's id is as if it were not there."""
    try:
        wanted = UUID(request.GET.get("organisation", ""))
    except ValueError:
        return None
    return next((o for o in organisations if o.id == wanted), None)
