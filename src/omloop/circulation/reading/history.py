"""What happened to an invoice, event by event, in plain words (rules 7.2)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omloop.audit.models import AuditEvent, AuditSeal
from omloop.circulation.routing.why import group_name
from omloop.invoices.models import Cancellation, Invoice
from omloop.organisations.models import Group
from omloop.people.models import names_of
from omloop.recognition.wording import label_of

PASSED = {
    "step.stood_in": gettext_lazy("Went from %(left)s, who is away, to %(to)s"),
    "step.came_back": gettext_lazy("Went from %(left)s, who stood in, to %(to)s"),
    "step.taken_back": gettext_lazy("Taken back by %(to)s from %(left)s"),
}
"""How a task changed hands around an absence."""
ASKED = {
    "advice.asked": gettext_lazy("Asked %(name)s for advice"),
    "information.sent": gettext_lazy("Sent to %(name)s for information"),
    "advice.given": gettext_lazy("Gave the advice that was asked"),
    "information.seen": gettext_lazy("Saw what was sent for information"),
    "advice.recalled": gettext_lazy("Recalled the question to %(name)s"),
}
"""Questions beside the circulation, with who was asked."""
MOST = 500
"""Events shown of one invoice."""


@dataclass(frozen=True)
class Told:
    """One event: when, who (a person, or the program), and what."""

    at: datetime
    who: str
    person_id: UUID | None
    what: str


@dataclass(frozen=True)
class History:
    """The newest first, and how many of these are sealed in the chain of the organisation."""

    events: list[Told]
    sealed: int


def history_of(invoice: Invoice) -> History:
    """The audit events about an invoice and its document, in four queries however many there are."""
    about = AuditEvent.objects.filter(
        chain_id=invoice.organisation_id, subject_id__in=[invoice.id, invoice.document_id]
    )
    events = list(about.order_by("-id")[:MOST])
    names = names_of(_people(events))
    rows = Group.objects.filter(id__in=_groups(events)).values_list("id", "name", "default")
    groups = {key: group_name(name, default) for key, name, default in rows}
    sealed = AuditSeal.objects.filter(event_id__in=[event.id for event in events]).count()
    told = [
        Told(event.at, _who(event, names), event.person_id, _what(event, names, groups)) for event in events
    ]
    return History(told, sealed)


def _people(events: Iterable[AuditEvent]) -> set[UUID]:
    found = {person for event in events for person in (event.person_id, event.for_person_id)}
    found |= {_id(event.detail.get(key)) for event in events for key in ("holder", "named")}
    return {person for person in found if person is not None}


def _groups(events: Iterable[AuditEvent]) -> set[UUID]:
    return {group for event in events if (group := _id(event.detail.get("group")))}


def _who(event: AuditEvent, names: dict[UUID, str]) -> str:
    if event.person_id is None:
        return _("Operator") if event.actor.startswith("operator") else "Omloop"
    name = names.get(event.person_id, "")
    if event.actor.startswith("key: "):
        return _("%(name)s, by connection key %(key)s") % {
            "name": name,
            "key": event.actor.removeprefix("key: "),
        }
    return name


def _what(event: AuditEvent, names: dict[UUID, str], groups: dict[UUID, str]) -> str:
    detail: dict[str, Any] = event.detail
    sentence = sentences(detail).get(event.name, _("Changed"))
    behalf = names.get(event.for_person_id, "") if event.for_person_id else ""
    holder, group = _id(detail.get("holder")), _id(detail.get("group"))
    if event.name == "step.opened":
        to = names.get(holder, "") if holder else groups.get(group, "") if group else ""
        sentence = _("Waits for %(name)s") % {"name": to}
    if event.name == "step.named":
        named = _id(detail.get("named"))
        sentence = _("Said whose invoice it is: %(name)s") % {"name": names.get(named, "") if named else ""}
    if event.name == "step.handed_over":
        left, to = (names.get(_id(detail[key]) or UUID(int=0), "") for key in ("named", "holder"))
        sentence = _("Went from %(left)s, who left, to %(to)s") % {"left": left, "to": to}
    if event.name in ("invoice.transferred", "invoice.transfer_undone"):
        left, to = (names.get(_id(detail[key]) or UUID(int=0), "") for key in ("named", "holder"))
        sentence = sentence % {"left": left, "to": to}
    if event.name in PASSED:
        named, of_group = _id(detail.get("named")), groups.get(group, "") if group else ""
        left = names.get(named, "") if named else of_group
        to = names.get(holder, "") if holder else of_group
        sentence = str(PASSED[event.name]) % {"left": left, "to": to}
    if event.name in ASKED:
        sentence = str(ASKED[event.name]) % {"name": names.get(_id(detail["named"]) or UUID(int=0), "")}
    return _("%(what)s, on behalf of %(name)s") % {"what": sentence, "name": behalf} if behalf else sentence


def sentences(detail: dict[str, Any]) -> dict[str, str]:
    """What each event says; those about a person or group get the name added."""
    channels = {"upload": _("upload"), "api": _("API"), "command_line": _("command line")}
    channel = channels.get(detail.get("channel", ""), "")
    is_held = detail.get("state") == Invoice.State.HELD
    asked_to_approve = detail.get("asked") == "approve"
    return {
        "invoice.real_estate_marked": _("Marked as real estate: kept for ten years"),
        "invoice.real_estate_unmarked": _("No real estate after all"),
        "invoice.legal_hold_set": _("Held by a legal hold: it does not go"),
        "invoice.legal_hold_lifted": _("Legal hold lifted"),
        "document.received": _("Taken in again on purpose: %(reason)s") % {"reason": detail["reason"]}
        if "again_of" in detail
        else _("Received by %(channel)s, file kept") % {"channel": channel},
        "document.settled": _("It came again; nothing was to be done"),
        "document.set_aside": _("Set aside, as no part of the books"),
        "document.sent_back": _("Sent back to its sender, with an answer"),
        "document.read_again": _("Asked to read the file once more"),
        "document.unreadable": _("Could not be read"),
        "document.opened": _("Opened for the first time; the sender is told"),
        "document.to_recognise": _("A PDF or image: waits for somebody who says what it says"),
        "document.recognised": _("Read the words of the PDF or image"),
        "invoice.read": _("Read and validated, held by errors") if is_held else _("Read and validated"),
        "invoice.typed": _("Typed from the PDF or image and confirmed"),
        "invoice.typed_again": _("Changed what was typed: %(fields)s") % {"fields": _fields(detail)},
        "invoice.pdf_differs": _("The PDF says something else than the e-invoice; see Validation"),
        "invoice.attachment_added": _("Put a file with the invoice"),
        "invoice.let_pass": _("Let pass in spite of errors, with a reason"),
        "invoice.held_for_rate": _("Held, for no exchange rate of its currency is known"),
        "invoice.rate_found": _("Its amount can be compared now, so it goes on")
        if detail.get("is_retyped")
        else _("An exchange rate was set, so it goes on"),
        "invoice.held_as_duplicate": _("Held as a duplicate")
        if detail.get("certain")
        else _("Held as a possible duplicate"),
        "invoice.marked_as_original": _("Marked as original, with a reason"),
        "invoice.cancelled": _cancelled(detail.get("ground", "")),
        "invoice.linked": _("Linked to its invoice, which came after it")
        if detail.get("came_first")
        else _("Chose the invoice that this credit note is about"),
        "invoice.made_confidential": _("Made confidential: it is coded on ledger account %(account)s")
        % {"account": detail["account"]}
        if "account" in detail
        else _("Made confidential"),
        "supplier.made_confidential": _("Made the supplier confidential"),
        "supplier.confidentiality_ended": _("Made the supplier confidential no more"),
        "document.sent_on": _("Sent on from another organisation, where it had arrived first"),
        "invoice.coded": _("Coded"),
        "coding.remembered": _("Coding remembered for the supplier"),
        "invoice.held_again": _("Held again, for circulation could not start"),
        "circulation.started": _("Circulation started by the scheme")
        if detail.get("rule")
        else _("Circulation started by who approved the invoice that this credits")
        if detail.get("credits")
        else _("Circulation started; the invoice must be coded first")
        if detail.get("coding")
        else _("Circulation started; no rule of the scheme fits"),
        "circulation.followed_scheme": _("Coded; goes on by the scheme")
        if detail.get("rule")
        else _("Coded; goes to who approved the invoice that this credits")
        if detail.get("credits")
        else _("Coded; no rule of the scheme fits"),
        "circulation.rerouted": _("It follows the scheme anew, as it is now"),
        "step.ended": _("A part of the step is over, for no line is left of it"),
        "step.voided": _("A decision lapsed, for what it was about changed"),
        "step.coded": _("Coded, sent on"),
        "invoice.coding_proposed": _("Coding proposed"),
        "step.opened": _("Waits"),
        "step.checked": _("Answered") if detail.get("asked") == "answer" else _("Checked"),
        "step.approved": _("Approved") if asked_to_approve else _("Checked"),
        "step.returned": _("Returned"),
        "step.forwarded": _("Forwarded"),
        "step.withdrawn": _("Withdrew the decision"),
        "step.put_on_hold": _("Put on hold"),
        "step.released": _("Released"),
        "step.named": _("Said whose invoice it is"),
        "step.handed_over": _("Went to somebody else"),
        "invoice.transferred": _("Transferred from %(left)s to %(to)s"),
        "invoice.transfer_undone": _("Transfer undone: back from %(left)s to %(to)s"),
        "step.taken": _("Took the task from the group"),
        "step.given_back": _("Gave the task back to the group"),
        **{name: _("Went to somebody else") for name in PASSED},
        "dispute.begun": _("Disputed the invoice"),
        "dispute.noted": _("Noted a contact about the dispute"),
        "dispute.ended": _("Ended the dispute"),
        "invoice.booked": _("Fully booked, in an export"),
        "invoice.pre_booked": _("Pre-booked, in an export"),
        "invoice.booking_confirmed": _("Taken by the bookkeeping package"),
        "invoice.booking_failed": _("Taken out of its export, with a reason"),
        "invoice.booking_reversed": _("Booking reversed by a new entry, with a reason"),
        "invoice.account_recorded": _("Recorded how its bank account was checked"),
        "invoice.account_confirmed": _("Confirmed the check of its bank account"),
        "invoice.account_distrusted": _("Ended the check of its bank account, with a reason"),
        "invoice.paid": _("Reported as paid"),
        "invoice.payment_ordered": _("Put in a payment file"),
        "invoice.payment_failed": _("Its payment counts no more, with a reason"),
        "invoice.approved": _("All approvals given"),
        "invoice.rejected": _("Rejected"),
    }


def _cancelled(ground: str) -> str:
    said: dict[str, str] = {
        Cancellation.Ground.COPY: _("Hung on the first as a copy; it does not circulate"),
        Cancellation.Ground.ELSEWHERE: _("Sent on to the organisation that it belongs to"),
        Cancellation.Ground.WRONG_NAME: _("Returned to the supplier for its wrong name"),
    }
    return said.get(ground, _("Cancelled, with a reason"))


def _fields(detail: dict[str, Any]) -> str:
    return ", ".join(str(label_of(name)) for name in detail.get("fields", []))


def _id(text: object) -> UUID | None:
    return UUID(text) if isinstance(text, str) else None
