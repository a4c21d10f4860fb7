"""Which incoming mail a member may see, and what came of it, page by page (rules 2.1, 2.12)."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from omloop.intake.faults import fault_in_words
from omloop.intake.models import Container, Part
from omloop.invoices.queries import NoSuchPlace, Place, originals_visible_to
from omloop.mailbox.models import Mailbox
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right

PAGE = 50
TONES = {
    Container.State.WAITING: "attention",
    Container.State.RECEIVED: "info",
    Container.State.TAKEN_IN: "good",
    Container.State.NOTHING_IN_IT: "attention",
    Container.State.TOO_LARGE: "danger",
    Container.State.REFUSED: "neutral",
}


@dataclass(frozen=True)
class PartRow:
    """One file of a mail: its document where he may see it, or why it stayed inside."""

    part: Part
    document_id: UUID | None
    reason: str


@dataclass(frozen=True)
class MailRow:
    """A mail or ZIP in the list."""

    container: Container
    parts: list[PartRow]
    tone: str
    can_answer: bool


@dataclass(frozen=True)
class IncomingPage:
    """A page of what came in as a mail or ZIP, newest first; `next` is where the following one begins."""

    rows: list[MailRow]
    next: Place | None
    is_first: bool
    only_waiting: bool
    waiting: int
    to_set_up: list[Organisation]
    """Where he may switch a mailbox on, for the page that has nothing to show yet."""

    @classmethod
    def read(cls, member: Member, asked: Mapping[str, str]) -> "IncomingPage":
        """Read the page that `asked` (waiting, after) names; raises Http404 for one there is not."""
        everything = visible_to(member)
        waits = everything.filter(state=Container.State.WAITING)
        found = list(_after(waits if "waiting" in asked else everything, asked)[: PAGE + 1])
        page = found[:PAGE]
        following = Place(page[-1].arrived_at, page[-1].id) if len(found) > PAGE else None
        return cls(
            rows=_rows(member, page),
            next=following,
            is_first="after" not in asked,
            only_waiting="waiting" in asked,
            waiting=waits.count(),
            to_set_up=[] if page else _to_set_up(member),
        )


def visible_to(member: Member) -> QuerySet[Container]:
    """The mails and ZIP files of organisations where he sees all, and those that he brought himself."""
    brought = Q(organisation__in=member.where(Right.ADD), brought_by=member.person_id)
    if member.person_id is None:
        brought = Q(pk__in=())
    found: QuerySet[Container] = Container.objects.filter(
        Q(organisation__in=member.where(Right.VIEW_ALL)) | brought
    )
    return found


def sees_incoming(member: Member) -> bool:
    """Whether the list is his at all."""
    return bool(member.where(Right.VIEW_ALL) | member.where(Right.ADD))


def may_answer(member: Member, container: Container) -> bool:
    """Whether he decides about mail of unknown senders there: he sees all and may add."""
    place = container.organisation_id
    return member.can(Right.ADD, place) and member.can(Right.VIEW_ALL, place)


def _after(rows: QuerySet[Container], asked: Mapping[str, str]) -> QuerySet[Container]:
    rows = rows.select_related("organisation").order_by("-arrived_at", "id")
    if not asked.get("after"):
        return rows
    try:
        place = Place.parse(asked["after"])
    except NoSuchPlace:
        raise Http404 from None
    return rows.filter(Q(arrived_at__lt=place.received_at) | Q(arrived_at=place.received_at, id__gt=place.id))


def _rows(member: Member, page: list[Container]) -> list[MailRow]:
    """In two queries more, however many there are."""
    parts: dict[UUID, list[Part]] = defaultdict(list)
    for part in Part.objects.filter(container__in=page).order_by("container_id", "position"):
        parts[part.container_id].append(part)
    named = {part.sha256 for found in parts.values() for part in found if part.sha256}
    documents = originals_visible_to(member).filter(sha256__in=named)
    seen = {(each.organisation_id, each.sha256): each.id for each in documents}
    return [
        MailRow(
            container,
            [_part_row(part, seen) for part in parts[container.id]],
            TONES[Container.State(container.state)],
            container.state == Container.State.WAITING and may_answer(member, container),
        )
        for container in page
    ]


def _part_row(part: Part, seen: dict[tuple[UUID, str], UUID]) -> PartRow:
    reason = fault_in_words(part.fault) if part.fault else ""
    return PartRow(part, seen.get((part.organisation_id, part.sha256)), reason)


def _to_set_up(member: Member) -> list[Organisation]:
    places = member.where(Right.MANAGE_SETTINGS)
    on = Mailbox.objects.filter(organisation__in=places, is_on=True).values("organisation")
    found = Organisation.objects.filter(id__in=places, closed_at=None).exclude(id__in=on)
    return list(found.order_by("name", "id"))
