"""The mails around an absence: what comes, its beginning and end, and what is asked (rules 4.3, 4.5, 4.7)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from omloop.absences.lending import lent_for
from omloop.absences.models import AbsenceCover
from omloop.absences.telling import THE_ABSENT, THE_SUBSTITUTE, WHO_SET_IT
from omloop.audit.models import AuditEvent
from omloop.notifications.letter import Letter, name_of, people_of, to_person, who_may
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.mail import link_to


def about_absence(event: AuditEvent) -> Iterator[Letter]:
    """What comes, to the absent one; the beginning and the end to him and to his substitute.

    The event says who of them: of an absence with several organisations nobody gets a mail an organisation.
    """
    cover, tells = _cover(event), event.detail["tells"]
    counts = {name: event.detail.get(name, 0) for name in ("handed_over", "came_back")}
    words = {**_days(cover), **counts, "what": event.name}
    page = "open_before_absence" if event.name == "absence.comes" else "absence"
    if THE_ABSENT in tells:
        for person in people_of(cover.person_id):
            yield to_person(person, "absence", words | {"is_away": True}, link_to(page, cover.absence_id))
    if THE_SUBSTITUTE in tells:
        for person in people_of(cover.substitute_id):
            yield to_person(person, "absence", words | {"is_away": False}, link_to("worklist"))


def open_end(event: AuditEvent) -> Iterator[Letter]:
    """To who set an absence with an open end: does it still hold (rules 4.8)?

    Where that one can't be told, to who manages absences there.
    """
    cover = _cover(event)
    setter = list(people_of(cover.set_by))
    told = setter if WHO_SET_IT in event.detail["tells"] else []
    for person in told if setter else who_may(Right.MANAGE_ABSENCES, [event.chain_id]):
        if person.id != cover.person_id:
            yield to_person(person, "open_end", _days(cover), link_to("absence_of_other", cover.absence_id))


def absence_extended(event: AuditEvent) -> Iterator[Letter]:
    """To who came into an organisation while away: is it right who stands in there?"""
    words = {
        "place": Organisation.objects.get(id=event.chain_id).name,
        "substitute": name_of(_id(event.detail["substitute"])),
    }
    for person in people_of(_id(event.detail["person"])):
        yield to_person(person, "absence_extended", words, link_to("absence", event.subject_id))


def lending_asked(event: AuditEvent) -> Iterator[Letter]:
    """To who manages members there and is neither of the two: confirm, or not."""
    assert event.subject_id  # noqa: S101 - it names the absence
    if not lent_for(event.subject_id).filter(answered_at=None).exists():
        return
    two = [event.detail["lender"], event.detail["borrower"]]
    for person in who_may(Right.MANAGE_MEMBERS, [event.chain_id]).exclude(id__in=two):
        yield to_person(person, "lending_asked", _lending(event), link_to("lent_rights"))


def lending_answered(event: AuditEvent) -> Iterator[Letter]:
    """To who asked and to the two: lent, or not, and by whom."""
    words = {**_lending(event), "is_lent": event.name == "lending.confirmed"}
    told = {event.detail[each] for each in ("lender", "borrower", "asked_by")} - {None, str(event.person_id)}
    for person_id in sorted(told):
        for person in people_of(UUID(person_id)):
            yield to_person(person, "lending_answered", words, link_to("worklist"))


def _cover(event: AuditEvent) -> AbsenceCover:
    related = AbsenceCover.objects.select_related("person", "substitute")
    found: AbsenceCover = related.get(id=event.detail["cover"])
    return found


def _days(cover: AbsenceCover) -> dict[str, Any]:
    return {
        "away": cover.person.name,
        "substitute": cover.substitute.name,
        "first_on": cover.first_on,
        "last_on": cover.last_on,
    }


def _lending(event: AuditEvent) -> dict[str, Any]:
    return {
        "place": Organisation.objects.get(id=event.chain_id).name,
        "lender": name_of(UUID(event.detail["lender"])),
        "borrower": name_of(UUID(event.detail["borrower"])),
        "by": name_of(event.person_id),
        "rights": [Right(right).label for right in event.detail["rights"]],
    }


def _id(text: object) -> UUID | None:
    return UUID(text) if isinstance(text, str) else None
