"""What the page of a transfer shows of it, in words: numbers, conflicts with their choices, what stays."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from omloop.absences.queries import away_on
from omloop.circulation.deciding.offer import people_who_can
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.transfers.forms import PHASES, TransferForm, instead_name
from omloop.transfers.models import Item, What
from omloop.transfers.preview import Clash, Preview, preview_invoices
from omloop.transfers.queries import Run
from omloop.transfers.rest import Found, reason
from omloop.transfers.services import find_rest
from omloop.transfers.wish import Conflict, Phase, Wish

DOES = (Right.CHECK, Right.APPROVE, Right.CODE, Right.CIRCULATE)
"""Who holds one of these can be chosen for what is in conflict."""


@dataclass(frozen=True)
class Row:
    """The invoices of one organisation: how many in each phase that there is, and together."""

    place: Organisation
    counts: list[int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.counts)


@dataclass(frozen=True)
class Choice:
    """A conflict and who can get it: the field's name, what is chosen, and (value, label) of each option."""

    place: Organisation
    conflict: Conflict
    clash: Clash
    sentence: str
    name: str
    chosen: str
    options: list[tuple[str, str]]
    examples: list[Invoice]


class Shown:
    """A wish as the page shows it."""

    def __init__(self, wish: Wish, form: TransferForm, member: Member, now: datetime) -> None:
        self.wish, self.form, self.member, self.now = wish, form, member, now
        self.places = {place.id: place for place in form.places if place.id in wish.places}
        self.to = Person.objects.get(id=wish.to_id)

    @cached_property
    def preview(self) -> Preview:
        """The invoices."""
        asks = What.INVOICES in self.wish.what
        return preview_invoices(self.wish, actor=self.member, now=self.now) if asks else Preview()

    @cached_property
    def phases(self) -> list[Phase]:
        """Those in which there are invoices; a column each."""
        return [phase for phase in Phase if any(counts[phase] for counts in self.preview.counts.values())]

    @property
    def headings(self) -> list[str]:
        """What the columns are called."""
        return [str(PHASES[phase]) for phase in self.phases]

    @cached_property
    def rows(self) -> list[Row]:
        """By organisation."""
        counts = self.preview.counts
        return [
            Row(place, [counts[place.id][phase] for phase in self.phases])
            for place in self.places.values()
            if place.id in counts
        ]

    @property
    def sums(self) -> list[int]:
        """Over all organisations, by phase."""
        return [sum(column) for column in zip(*(row.counts for row in self.rows), strict=True)]

    @cached_property
    def choices(self) -> list[Choice]:
        """The conflicts, by organisation."""
        able = people_who_can(self.places, *DOES, now=self.now) if self.preview.clashes else {}
        wanted = [invoice for clash in self.preview.clashes.values() for invoice in clash.examples]
        seen = visible_to(self.member).in_bulk(wanted) if wanted else {}
        return [
            self._choice(self.places[place], conflict, clash, able[place], seen)
            for (place, conflict), clash in sorted(
                self.preview.clashes.items(), key=lambda each: (self.places[each[0][0]].name, each[0][1])
            )
        ]

    def _choice(
        self,
        place: Organisation,
        conflict: Conflict,
        clash: Clash,
        able: list[Person],
        seen: dict[UUID, Invoice],
    ) -> Choice:
        chosen = self.wish.instead.get((place.id, conflict))
        options = [("", _("Stay with %(name)s") % {"name": self.left})]
        if conflict == Conflict.ABOVE_LIMIT:
            counts = _("%(name)s: an approval counts as a check, and then somebody else is asked")
            options.append((str(self.to.id), counts % {"name": self.to.name}))
        others = {self.to.id, self.wish.person_id}
        options += [(str(person.id), person.name) for person in able if person.id not in others]
        return Choice(
            place=place,
            conflict=conflict,
            clash=clash,
            sentence=_sentence(conflict) % {"to": self.to.name, "place": place.name},
            name=instead_name(place.id, conflict),
            chosen=str(chosen) if chosen else "",
            options=options,
            examples=[seen[each] for each in clash.examples if each in seen],
        )

    @property
    def left(self) -> str:
        """The name of whose data they are."""
        return str(self.form.person.name)

    @cached_property
    def receivers(self) -> list[tuple[str, int]]:
        """Who gets how many invoices, the most first."""
        names = dict(Person.objects.filter(id__in=list(self.preview.goes_to)).values_list("id", "name"))
        return [(names[person], count) for person, count in self.preview.goes_to.most_common()]

    @cached_property
    def rest(self) -> list[tuple[Organisation, Found, str]]:
        """Rules, groups and substitutions, each with why it stays; nothing: it goes."""
        names = {"left": self.left, "to": self.to.name}
        return [
            (place, found, reason(found.stays, names) if found.stays else "")
            for place in self.places.values()
            for found in find_rest(place, self.wish, actor=self.member, now=self.now)
        ]

    @property
    def going(self) -> int:
        """How many things go: invoices and the rest."""
        return self.preview.going + sum(1 for _, found, _ in self.rest if not found.stays)

    @property
    def button(self) -> str:
        """What the button says it does."""
        if self.preview.going:
            many = ngettext("Transfer %(count)d invoice", "Transfer %(count)d invoices", self.preview.going)
            return many % {"count": self.preview.going}
        return _("Transfer")

    @cached_property
    def is_away(self) -> bool:
        """Whether the other is away today somewhere: open tasks go to him all the same."""
        away = away_on(list(self.places), timezone.localdate(self.now))
        return any(self.to.id in people for people in away.values())


def _sentence(conflict: Conflict) -> str:
    return {
        Conflict.RIGHT_MISSING: _(
            "%(to)s has no right for what these ask at %(place)s. Rights are not transferred."
        ),
        Conflict.NOT_CONFIDENTIAL: _("These are confidential, and %(to)s may not see those at %(place)s."),
        Conflict.BARRED: _(
            "%(to)s, or somebody for whom %(to)s acts, approves these too, or has already. "
            "Two approvals need two people."
        ),
        Conflict.ABOVE_LIMIT: _(
            "These are above the limit of %(to)s at %(place)s. Limits are not transferred."
        ),
    }[conflict]


def stayed_in_words(run: Run) -> Iterator[tuple[str, str, str]]:
    """What did not go: the organisation, what it is, and why."""
    to = Person.objects.filter(id=run.first.wish["to"]).values_list("name", flat=True).first() or ""
    names = {"left": run.first.person.name, "to": to}
    for row in run.rows:
        for each in row.stayed:
            place = row.organisation.name
            if each["kind"] == Item.Kind.INVOICE:
                count = ngettext("%(count)d invoice", "%(count)d invoices", each["count"])
                sentence = _sentence(Conflict(each["why"])) % {"to": to, "place": place}
                yield place, count % {"count": each["count"]}, sentence
            else:
                yield place, each["name"], reason(each["why"], names)
