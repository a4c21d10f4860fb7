"""Handling a data subject's request: noting it, correcting a name, the file that answers it (rules 7.7)."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils.crypto import salted_hmac

from omloop.audit.models import AuditEvent
from omloop.audit.services import record, record_all
from omloop.kernel.ids import uuid7
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Membership
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.reports.parcel import STYLE, File
from omloop.reports.reasons import REASONS
from omloop.reports.subject import Answer, people_within_reach
from omloop.reports.wording import sentence
from omloop.tenancy import directory

SALT = "omloop.reports.data_subject"


class UnknownPerson(LookupError):
    """Nobody with this id is or was a member where the actor manages members."""


class AlsoElsewhere(PermissionError):
    """The person has a place that the actor does not manage: he corrects his name himself."""


class NameMissing(ValueError):
    """A name has at least one letter."""


def note_request(name: str, answer: Answer, *, actor: Member, now: datetime) -> None:
    """Write in the trail of each organisation searched that it was, without whom was looked for.

    A keyed hash of the words lets the installation show later that a request was answered. One request has
    one id in all trails.
    """
    hold([place.id for place in answer.searched])
    request_id = uuid7()
    asked = salted_hmac(SALT, " ".join(answer.words.split()).casefold(), algorithm="sha256").hexdigest()
    record_all(
        [
            AuditEvent(
                chain_id=place.id,
                name=name,
                at=now,
                actor=actor.signature,
                person_id=actor.person_id,
                subject_id=request_id,
                origin=actor.origin,
                detail={"asked": asked},
            )
            for place in answer.searched
        ]
    )


def correctable(people: list[Person], *, actor: Member) -> list[Person]:
    """Those whose name the actor may correct."""
    return [person for person in people if is_within(person.id, actor)]


def correct_name(*, person_id: UUID, name: str, actor: Member, now: datetime) -> None:
    """Give a person the name that he has; the trail keeps that it changed, and neither name.

    Raises UnknownPerson, AlsoElsewhere and NameMissing.
    """
    if not people_within_reach(actor).filter(id=person_id).exists():
        raise UnknownPerson(str(person_id))
    if not is_within(person_id, actor):
        raise AlsoElsewhere(str(person_id))
    name = " ".join(name.split())
    if not name:
        raise NameMissing
    hold(actor.where(Right.MANAGE_MEMBERS))
    person = Person.objects.select_for_update(no_key=True).get(id=person_id)
    person.name = name
    person.save(update_fields=["name"])
    members = Membership.objects.filter(
        person=person, organisation__in=actor.where(Right.MANAGE_MEMBERS)
    ).values_list("organisation_id", flat=True)
    for organisation_id in sorted(set(members)):
        record("person.name_corrected", actor=actor, chain_id=organisation_id, subject_id=person_id, at=now)


def is_within(person_id: UUID, actor: Member) -> bool:
    """Whether the person has no place beyond those that the actor manages: nobody else's say is passed."""
    organisations = set(directory.organisations_of("person", person_id))
    environments = set(directory.environments_of("person", person_id))
    return organisations <= actor.where(Right.MANAGE_MEMBERS) and environments <= actor.belongs_to


def files_of(answer: Answer, *, today: Any) -> Iterator[File]:
    """The letter, and everything that was found to read and to give to another controller."""
    context = {"answer": answer, "groups": groups_of(answer), "today": today}
    yield "letter.html", render_to_string("reports/file/letter.html", context).encode()
    yield "data.html", render_to_string("reports/file/subject.html", context).encode()
    yield "data.json", json.dumps(_plain(answer), ensure_ascii=False, indent=1, default=str).encode()
    yield STYLE


def groups_of(answer: Answer) -> list[dict[str, Any]]:
    """The places kind by kind: why the kind is kept, and each place with a sentence."""
    return [
        {"kind": kind, "reason": REASONS[kind], "rows": [(find, sentence(find)) for find in finds]}
        for kind, finds in answer.by_kind()
    ]


def _plain(answer: Answer) -> dict[str, Any]:
    return {
        "asked": answer.words,
        "organisations": [place.name for place in answer.searched],
        "places": [
            {"kind": find.kind, "organisation": find.organisation, "at": find.at, **find.facts}
            for find in answer.finds
        ],
    }
