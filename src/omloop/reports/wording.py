"""What stands in a place, as a sentence (rules 7.7)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from omloop.circulation.models import Decision
from omloop.reports.subject import Find, Kind

Facts = dict[str, Any]


def sentence(find: Find) -> str:
    """What stands there, in the reader's language."""
    return SAID[find.kind](find.facts)


def _account(facts: Facts) -> str:
    return f"{facts['name']}, {facts['email']}"


def _right(facts: Facts) -> str:
    if "group" in facts:
        said = _("%(person)s in the group %(group)s") % facts
    elif "limit" in facts:
        said = _("%(person)s approves up to %(limit)s") % facts
    else:
        said = _("%(person)s holds the connection key %(key)s") % facts
    return (
        _("%(said)s, until %(day)s") % {"said": said, "day": _day(facts["until"])} if facts["until"] else said
    )


def _absence(facts: Facts) -> str:
    days = {**facts, "last_on": facts["last_on"] or _("open end")}
    said = _("%(person)s away %(first_on)s – %(last_on)s, substitute %(substitute)s") % days
    return _("%(said)s (withdrawn)") % {"said": said} if facts["cancelled"] else said


def _decision(facts: Facts) -> str:
    what = {**facts, "action": Decision.Action(facts["action"]).label}
    said = _("%(person)s: %(action)s, invoice %(invoice)s of %(supplier)s") % what
    if facts["on_behalf_of"]:
        said = _("%(said)s, on behalf of %(name)s") % {"said": said, "name": facts["on_behalf_of"]}
    return f"{said}: “{facts['remark']}”" if facts["remark"] else said


def _contact(facts: Facts) -> str:
    if "buyer" in facts:
        return _("Invoice %(invoice)s of %(supplier)s to %(buyer)s") % facts
    reached = ", ".join(filter(None, (facts["name"], facts["email"], facts["telephone"])))
    return _("%(contact)s, contact on invoice %(invoice)s of %(supplier)s") % {**facts, "contact": reached}


def _remark(facts: Facts) -> str:
    return _("“%(remark)s”, said by %(person)s about invoice %(invoice)s of %(supplier)s") % {
        **facts,
        "person": facts["person"] or "Omloop",
    }


def _payee(facts: Facts) -> str:
    if "supplier" in facts:
        return _("Bank account %(iban)s of %(supplier)s") % facts
    said = _("Check of bank account %(iban)s, by %(by)s") % {**facts, "by": facts["by"] or "Omloop"}
    if facts["confirmed_by"]:
        said = _("%(said)s, confirmed by %(name)s") % {"said": said, "name": facts["confirmed_by"]}
    if facts["ended_by"]:
        said = _("%(said)s, ended by %(name)s") % {"said": said, "name": facts["ended_by"]}
    texts = ", ".join(f"“{text}”" for text in (facts["remark"], facts["ending"]) if text)
    return f"{said}: {texts}" if texts else said


def _proposal(facts: Facts) -> str:
    return _("Invoices of %(supplier)s to %(person)s, suggested by %(by)s") % facts


def _entrance(facts: Facts) -> str:
    if "invited" in facts:
        return _("%(invited)s was invited") % facts
    if "kvk" not in facts:
        return _("%(person)s asked to join") % facts
    said = _("%(person)s asked for an authorisation, KvK number %(kvk)s") % facts
    return f"{said}: “{facts['remark']}”" if facts["remark"] else said


def _event(facts: Facts) -> str:
    known = {
        "rights.granted": _("Right granted"),
        "rights.withdrawn": _("Right withdrawn"),
        "limit.set": _("Limit set"),
        "person.deactivated": _("Deactivated"),
        "person.reactivated": _("Active again"),
        "account.closed": _("Account closed"),
        "account.opened": _("Account opened again"),
        "key.made": _("Connection key made"),
        "person.name_corrected": _("Name corrected"),
    }
    return _("%(what)s, by %(by)s") % {"what": known.get(facts["event"], facts["event"]), "by": facts["by"]}


def _day(at: datetime) -> str:
    return at.date().isoformat()


SAID: dict[Kind, Callable[[Facts], str]] = {
    Kind.ACCOUNT: _account,
    Kind.RIGHTS: _right,
    Kind.ABSENCES: _absence,
    Kind.DECISIONS: _decision,
    Kind.CONTACTS: _contact,
    Kind.REMARKS: _remark,
    Kind.PAYEES: _payee,
    Kind.PROPOSALS: _proposal,
    Kind.ENTRANCE: _entrance,
    Kind.TRAIL: _event,
}
