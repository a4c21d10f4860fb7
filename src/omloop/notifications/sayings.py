"""What a notice says and where it leads, by the name of the mail that tells the same.

The text is the subject of that mail, written anew when it is shown, from ids and in the reader's language.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.template import Context, Engine
from django.urls import reverse

from omloop.absences.models import AbsenceCover
from omloop.audit.models import AuditEvent
from omloop.environments.models import Partnership
from omloop.joining.models import AuthorisationRequest, JoinRequest
from omloop.notifications.kinds import kind_in_words
from omloop.notifications.known import Known
from omloop.notifications.notices import Row
from omloop.organisations.models import Organisation
from omloop.sending.models import SalesInvoice
from omloop.sending.queries import places_of


@dataclass(frozen=True)
class Saying:
    """The words of a notice, and the page that it leads to."""

    words: dict[str, Any]
    page: str
    arguments: tuple[object, ...] = ()


Writer = Callable[[Row, AuditEvent, Known], Saying]


@dataclass(frozen=True)
class Line:
    """A notice as the page shows it; `address` is empty when what it spoke of is gone."""

    row: Row
    text: str
    place: str
    address: str


def lines_of(known: Known) -> list[Line]:
    """The notices in words, in as many queries as there are kinds of things that they speak of."""
    return [_line(row, known) for row in known.rows]


def _line(row: Row, known: Known) -> Line:
    try:
        event = known.events[row.event_id]
        place = known.place(event.chain_id)
        saying = SAYINGS[row.kind](row, event, known)
    except KeyError:
        return Line(row, kind_in_words(row.kind), "", "")
    return Line(row, _text(row.kind, saying.words), place, reverse(saying.page, args=saying.arguments))


def _text(kind: str, words: dict[str, Any]) -> str:
    template = Engine.get_default().get_template(f"notifications/{kind}.txt")
    subject, _, _ = template.render(Context(words, autoescape=False)).strip().partition("\n\n")
    return " ".join(subject.split())


def _task_reached(row: Row, event: AuditEvent, known: Known) -> Saying:
    invoice = known.invoices[_invoice(row)]
    words = {"supplier": invoice.supplier_name, "number": invoice.number}
    return Saying(words | {"named": known.person(event.for_person_id)}, "invoice", (invoice.id,))


def _taken_back(row: Row, event: AuditEvent, known: Known) -> Saying:
    return Saying({"by": known.person(event.person_id)}, "invoice", (known.invoices[_invoice(row)].id,))


def _transferred(row: Row, event: AuditEvent, known: Known) -> Saying:
    count = event.detail["receivers"][str(row.person_id)]
    return Saying({"count": count, "left": known.person(event.for_person_id)}, "worklist")


def _sent_invoice(row: Row, event: AuditEvent, known: Known) -> Saying:
    if event.chain_id not in places_of(known.member):
        raise KeyError(row.id)
    invoice = known.table(SalesInvoice)[subject_of(event)]
    words = {"state": event.detail["state"], "number": invoice.number, "customer": invoice.customer_name}
    return Saying(words, "sales_invoice", (invoice.id,))


def _absence(row: Row, event: AuditEvent, known: Known) -> Saying:
    cover, is_away = _cover(event, known), row.person_id == event.for_person_id
    words = {"what": event.name, "is_away": is_away, **_days(cover)}
    if event.name == "absence.comes":
        return Saying(words, "open_before_absence", (cover.absence_id,))
    return Saying(words, "absence", (cover.absence_id,)) if is_away else Saying(words, "worklist")


def _open_end(row: Row, event: AuditEvent, known: Known) -> Saying:
    cover = _cover(event, known)
    return Saying(_days(cover), "absence_of_other", (cover.absence_id,))


def _absence_extended(row: Row, event: AuditEvent, known: Known) -> Saying:
    return Saying({"place": known.place(event.chain_id)}, "absence", (event.subject_id,))


def _lending(row: Row, event: AuditEvent, known: Known) -> Saying:
    two = {each: known.person(UUID(event.detail[each])) for each in ("lender", "borrower")}
    words = {**two, "place": known.place(event.chain_id), "is_lent": event.name == "lending.confirmed"}
    return Saying(words, "lent_rights" if row.kind == "lending_asked" else "worklist")


def _last_day(row: Row, event: AuditEvent, known: Known) -> Saying:
    words = {
        "who": known.person(event.subject_id),
        "environment": known.place(event.chain_id),
        "last_on": date.fromisoformat(event.detail["last_on"]),
        "tasks": event.detail.get("tasks", 0),
        "is_refused": event.name == "last_day.refused",
    }
    return Saying(words, "last_day", (event.subject_id, event.chain_id))


def _asked_to_join(row: Row, event: AuditEvent, known: Known) -> Saying:
    asker = known.table(JoinRequest, "person")[subject_of(event)].person
    words = {"environment": known.place(event.chain_id), "asker": asker.name}
    return Saying(words, "environment_page", (event.chain_id,))


def _partnership(row: Row, event: AuditEvent, known: Known) -> Saying:
    partnership: Partnership = known.table(Partnership)[subject_of(event)]
    words = {
        "what": event.name.removeprefix("partnership."),
        "environment": partnership.name_of(event.chain_id),
        "partner": partnership.partner_name(event.chain_id),
    }
    return Saying(words, "partners", (event.chain_id,))


def _authorisation_asked(row: Row, event: AuditEvent, known: Known) -> Saying:
    request: AuthorisationRequest = known.table(AuthorisationRequest, "person", "partnership")[
        subject_of(event)
    ]
    words = {
        "asker": request.person,
        "partner": request.partnership.partner_name(event.chain_id),
        "place": known.place(event.chain_id),
    }
    return Saying(words, "answer_authorisation", (request.id,))


def _role_changed(row: Row, event: AuditEvent, known: Known) -> Saying:
    return Saying({"environment": known.place(event.chain_id)}, "worklist")


def _ending(row: Row, event: AuditEvent, known: Known) -> Saying:
    due_on = event.detail.get("due_on")
    words = {
        **event.detail,
        "what": event.name,
        "place": known.table(Organisation)[subject_of(event)].name,
        "due_on": date.fromisoformat(due_on) if due_on else None,
    }
    return Saying(words, "ending", (event.subject_id,))


SAYINGS: dict[str, Writer] = {
    "task_reached": _task_reached,
    "taken_back": _taken_back,
    "transferred": _transferred,
    "sent_invoice": _sent_invoice,
    "absence": _absence,
    "absence_extended": _absence_extended,
    "open_end": _open_end,
    "lending_asked": _lending,
    "lending_answered": _lending,
    "last_day": _last_day,
    "asked_to_join": _asked_to_join,
    "partnership": _partnership,
    "authorisation_asked": _authorisation_asked,
    "role_changed": _role_changed,
    "ending": _ending,
}


def _cover(event: AuditEvent, known: Known) -> AbsenceCover:
    found: AbsenceCover = known.table(AbsenceCover, "person", "substitute")[UUID(event.detail["cover"])]
    return found


def _days(cover: AbsenceCover) -> dict[str, Any]:
    return {"away": cover.person.name, "substitute": cover.substitute.name, "first_on": cover.first_on}


def subject_of(event: AuditEvent) -> UUID:
    """What it is about; raises KeyError when it names nothing."""
    if event.subject_id is None:
        raise KeyError(event.id)
    return event.subject_id


def _invoice(row: Row) -> UUID:
    if row.about_id is None:
        raise KeyError(row.id)
    return row.about_id
