"""What absences had to do with where a task is, in words, from its snapshot (rules 3.14, 4.4)."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from omloop.absences.resolution import By, Cover, Link, Resolution
from omloop.circulation.routing.route import chain_of, covers_of
from omloop.kernel.period import Period
from omloop.web import words

Json = dict[str, Any]
Names = Mapping[UUID, str]


def explain_absences(why: Json, names: Names) -> list[str]:
    """Sentences: link by link who was away and who stands in, or why an absence changed nothing."""
    chain = chain_of(why)
    assert chain is not None  # noqa: S101 - asked for where there is one
    if not chain.links:
        return [_not_replaced(why, chain, names)]
    sentences = [_link(link, why, names) for link in chain.links]
    if chain.is_uncovered and chain.holder_id:
        sentences.append(_("%(name)s is away as well.") % {"name": names[chain.holder_id]})
    return sentences


def _link(link: Link, why: Json, names: Names) -> str:
    opened_on = _opened_on(why)
    parts = {
        "away": _away(names[link.person_id], link, opened_on),
        "substitute": names[link.substitute_id],
        "imported": day_in_words(date.fromisoformat(why["asked"]["import_date"]), opened_on),
        "opened": day_in_words(opened_on, opened_on),
    }
    if link.by == By.OPEN:
        return _("%(away)s What was open goes along: %(substitute)s stands in.") % parts
    if link.by == By.IMPORT_DATE:
        return _("%(away)s The import date, %(imported)s, lies in that: %(substitute)s stands in.") % parts
    return (
        _(
            "%(away)s What arrives there in that time goes along, and this step opened on %(opened)s: "
            "%(substitute)s stands in."
        )
        % parts
    )


def _not_replaced(why: Json, chain: Resolution, names: Names) -> str:
    """Why an absence near these days changed nothing, or that there was none."""
    named, opened_on = UUID(why["chains"][-1]["person"]), _opened_on(why)
    imported = date.fromisoformat(why["asked"]["import_date"])
    parts = {
        "name": names[named],
        "imported": day_in_words(imported, opened_on),
        "opened": day_in_words(opened_on, opened_on),
    }
    own = [cover for cover in covers_of(why["chains"][-1]) if cover.person_id == named]
    for cover in own:
        parts["away"] = _away(names[named], cover, opened_on)
        if cover.contains(imported):
            return (
                _(
                    "%(away)s The import date, %(imported)s, lies in that, but the step opened afterwards, "
                    "on %(opened)s: it goes to %(name)s."
                )
                % parts
            )
        return (
            _("%(away)s The import date, %(imported)s, does not lie in that: it stays with %(name)s.") % parts
        )
    return _("The import date is %(imported)s; %(name)s has no absence then.") % parts


def _away(name: str, days: Link | Cover, opened_on: date) -> str:
    parts = {"name": name, "period": words.period(Period(days.first_on, days.last_on), opened_on)}
    if days.last_on is None:
        return _("%(name)s is away %(period)s.") % parts
    if days.first_on == days.last_on:
        return _("%(name)s is away on %(period)s.") % parts
    return _("%(name)s is away from %(period)s.") % parts


def standing_in(name: str, link: Link, why: Json) -> str:
    """For whom somebody stands in, in a line for a list."""
    if link.last_on is None:
        return _("Standing in for %(name)s") % {"name": name}
    parts = {"name": name, "day": day_in_words(link.last_on, _opened_on(why))}
    return _("Standing in for %(name)s through %(day)s") % parts


def day_in_words(on: date, today: date) -> str:
    """A day, with its year where that is not the same."""
    return words.period(Period(on, on), today)


def _opened_on(why: Json) -> date:
    return date.fromisoformat(why["asked"]["opened_on"])
