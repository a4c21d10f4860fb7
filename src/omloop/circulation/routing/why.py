"""Why a task is where it is, in words, from its snapshot: "Waarom bij mij?" (rules 3.14).

For the page, the command line and the API alike; the language is the active one.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omloop.circulation.models import UNTIL_RELEASED, Step
from omloop.circulation.routing.route import Reason, chain_of, decided_route, stored_route, transfers_of
from omloop.circulation.routing.why_away import Json, Names, day_in_words, explain_absences, standing_in
from omloop.organisations.models import Group
from omloop.organisations.rights import DefaultGroup
from omloop.people.models import names_of

NOT_ROUTED = {"taken_over_from", "taken_back_from"}
"""How a task was sent when no absence was looked at."""
IN_FULL = {
    "returned_by": gettext_lazy("%(by)s returned the invoice to %(to)s."),
    "forwarded_by": gettext_lazy("%(by)s forwarded the invoice to %(to)s."),
    "withdrawn_by": gettext_lazy("%(by)s withdrew the decision on this step; %(to)s is asked anew."),
    "recoded_by": gettext_lazy("%(by)s changed the coding that this is about; %(to)s is asked anew."),
    "retyped_by": gettext_lazy("%(by)s changed the data of the invoice; %(to)s is asked anew."),
    "rerouted_by": gettext_lazy("%(by)s had the invoice follow the scheme anew; %(to)s is asked."),
    "named_by": gettext_lazy("%(by)s said that the invoice is for %(to)s."),
}
"""How somebody sent a task to its holder, by what the snapshot calls it; the first that holds."""
BRIEFLY = {
    "returned_by": gettext_lazy("Returned by %(name)s"),
    "forwarded_by": gettext_lazy("Forwarded by %(name)s"),
    "withdrawn_by": gettext_lazy("Decision withdrawn by %(name)s"),
    "recoded_by": gettext_lazy("Coding changed by %(name)s"),
    "retyped_by": gettext_lazy("Data changed by %(name)s"),
    "named_by": gettext_lazy("Named by %(name)s"),
    "taken_over_from": gettext_lazy("Taken over from %(name)s"),
}
"""The same for a list; what follows the scheme anew is told by its rule."""


def read_names(snapshots: Iterable[Json]) -> dict[UUID, str]:
    """The names of all people and groups in these snapshots, in two queries."""
    mentioned = {UUID(text) for why in snapshots for text in _mentioned(why)}
    groups = Group.objects.filter(id__in=mentioned).values_list("id", "name", "default")
    return names_of(mentioned) | {key: group_name(name, default) for key, name, default in groups}


def group_name(name: str, default: str) -> str:
    """What a group is called on a page: the default ones in the reader's language."""
    return str(DefaultGroup(default).label) if default else name


def explain(why: Json, names: Names) -> list[str]:
    """Sentences, in order: what named the person, his absence and the chain, and what came of it."""
    route = decided_route(why)
    sentences = [_how_it_came(why, names)]
    if why["chains"] and not why["sent"].keys() & NOT_ROUTED:
        sentences += explain_absences(why, names)
    if route.fallback:
        sentences.append(fallback_reason(route.fallback))
    if "taken_by" in why["sent"]:
        parts = {key: names[UUID(why["sent"][f"taken_{key}"])] for key in ("by", "from")}
        sentences.append(_("%(by)s took it from the group %(from)s and can give it back.") % parts)
    return sentences + [_transfer(each, names) for each in transfers_of(why)]


def short_reason(why: Json, names: Names) -> str:
    """One line for a list: "Vervanging van Anna de Vries t/m 1 mei"."""
    route, chain = stored_route(why), chain_of(why)
    if transfers_of(why):
        return _("Transferred from %(name)s") % {"name": names[UUID(transfers_of(why)[-1]["person"])]}
    if route.fallback:
        return _short_fallback(route.fallback)
    if route.for_person_id and chain and chain.links:
        return standing_in(names[route.for_person_id], chain.links[0], why)
    if passed := _passed(why["sent"], names):
        return passed.rstrip(".")
    for how, text in BRIEFLY.items():
        if how in why["sent"]:
            return str(text) % {"name": names[UUID(why["sent"][how])]}
    rule = why["step"]["rule"]
    if why["step"].get("credited"):
        return _("Credits an approved invoice")
    if why["step"]["origin"] == Step.Origin.CODING:
        return _("To be coded")
    return _("Rule %(rule)s") % {"rule": rule["name"]} if rule else _("Next step")


def hold_line(until: date | None, today: date) -> str:
    """That a task is on hold, or is back from that, in one sentence; empty for what was not put there."""
    if until is None:
        return ""
    if until == UNTIL_RELEASED:
        return _("On hold until somebody releases it.")
    parts = {"day": day_in_words(until, today)}
    if until > today:
        return _("On hold until %(day)s.") % parts
    return _("Back on %(day)s from being on hold.") % parts


def _transfer(each: Json, names: Names) -> str:
    by, left, to = (names[UUID(each[key])] for key in ("by", "person", "to"))
    return _("%(by)s transferred what was with %(left)s to %(to)s.") % {"by": by, "left": left, "to": to}


def _how_it_came(why: Json, names: Names) -> str:
    asked, sent, rule = why["asked"], why["sent"], why["step"]["rule"]
    to = names[UUID(asked["person"] or asked["group"])]
    if passed := _passed(sent, names):
        return passed
    for how, text in IN_FULL.items():
        if how in sent:
            return str(text) % {"by": names[UUID(sent[how])], "to": to}
    if "taken_over_from" in sent:
        left = names[UUID(sent["taken_over_from"])]
        return _("%(left)s left; the open tasks went to %(to)s.") % {"left": left, "to": to}
    if why["step"].get("credited"):
        return _("This credit note is about an invoice that %(to)s approved.") % {"to": to}
    if lines := why["step"].get("lines"):
        return _("%(to)s answers for %(lines)s.") % {"to": to, "lines": lines}
    if why["step"]["origin"] == Step.Origin.CODING:
        return _("The invoice must be coded before it goes to those who decide.")
    if rule is not None and "member_of" in sent:
        group = names[UUID(sent["member_of"])]
        parts = {"rule": rule["name"], "group": group, "to": to}
        return _("Rule %(rule)s asks everyone in %(group)s, so %(to)s too.") % parts
    if rule is not None:
        return _("Rule %(rule)s asks %(to)s.") % {"rule": rule["name"], "to": to}
    if why["step"]["origin"] == Step.Origin.RETURN:
        return _("The invoice was returned to %(to)s.") % {"to": to}
    return _("%(to)s is asked.") % {"to": to}


def _passed(sent: Mapping[str, str], names: Names) -> str:
    """Around an absence: handed over, returned, or taken back; empty for what came another way."""
    by = {key: names[UUID(person)] for key, person in sent.items()}
    if "given_by" in by:
        return _("%(by)s handed the open invoice over.") % {"by": by["given_by"]}
    if "came_back_from" in by:
        return _("%(left)s stood in until the absence ended.") % {"left": by["came_back_from"]}
    if "may_no_more" in by:
        return _("%(left)s stood in, and may not decide on this any more.") % {"left": by["may_no_more"]}
    if "taken_back_from" in by:
        return _("Taken back from %(left)s.") % {"left": by["taken_back_from"]}
    return ""


def fallback_reason(reason: str) -> str:
    """Why the administration is asked."""
    return {
        Reason.NO_RULE: _("No rule of the scheme fits this invoice, so the administration says whose it is."),
        Reason.NO_AMOUNT: _(
            "The amount is unknown or in another currency, so no rule can be chosen by it; "
            "the administration says whose it is."
        ),
        Reason.NO_APPROVAL: _(
            "All steps are done and nobody has approved; the administration says who should."
        ),
        Reason.ABOVE_LIMIT: _(
            "The amount is above the limit of who approved last, so that counted as a check; "
            "the administration says who can approve."
        ),
        Reason.CYCLE: _("The substitutes refer to each other, so the administration is asked."),
        Reason.TOO_DEEP: _("More than three substitutes in a row are away, so the administration is asked."),
        Reason.INACTIVE: _("That person is no longer active, so the administration is asked."),
        Reason.RIGHT_MISSING: _("That person has no right to do this step, so the administration is asked."),
        Reason.NOT_CONFIDENTIAL: _(
            "The invoice is confidential and that person may not see it, so the fallback group is asked."
        ),
        Reason.BARRED: _(
            "That person, or the one he acts for, already decided on this invoice or checked its bank "
            "account, and another pair of eyes must look; the administration says whose."
        ),
        Reason.NOBODY_IN_GROUP: _("Nobody in the group can do this step, so the administration is asked."),
    }[Reason(reason)]


def _short_fallback(reason: str) -> str:
    return {
        Reason.NO_RULE: _("Whose invoice is this? No rule fits"),
        Reason.NO_AMOUNT: _("Whose invoice is this? The amount can't be compared"),
        Reason.NO_APPROVAL: _("Who approves? Nobody has yet"),
        Reason.ABOVE_LIMIT: _("Who approves? Above the limit"),
        Reason.CYCLE: _("Who decides? Substitutes refer to each other"),
        Reason.TOO_DEEP: _("Who decides? Too many substitutes are away"),
        Reason.INACTIVE: _("Who decides? The person is no longer active"),
        Reason.RIGHT_MISSING: _("Who decides? The right is missing"),
        Reason.NOT_CONFIDENTIAL: _("Who decides? The invoice is confidential"),
        Reason.BARRED: _("Who decides? Another pair of eyes must look"),
        Reason.NOBODY_IN_GROUP: _("Who decides? Nobody in the group can"),
    }[Reason(reason)]


def _mentioned(why: Json) -> Iterable[str]:
    asked, route = why["asked"], why["route"]
    yield from filter(None, (asked["person"], asked["group"], asked["fallback"], *why["sent"].values()))
    yield from filter(None, (route["holder"], route["group"], route["for_person"]))
    for each in transfers_of(why):
        yield from filter(None, (each["by"], each["person"], each["to"], each["for_person"]))
    for chain in why["chains"]:
        yield chain["person"]
        yield from (link["substitute"] for link in chain["outcome"]["links"])
