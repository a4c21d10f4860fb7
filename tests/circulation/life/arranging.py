"""What is arranged around invoices: absences, rights, transfers, settings, the scheme; and a crash."""

from collections import Counter
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import rule

from omloop.absences import lending
from omloop.absences.models import AbsenceCover
from omloop.absences.services import cancel_absence, change_absence, set_absence
from omloop.circulation.models import Assignment, SchemeRule
from omloop.circulation.models.configuration import FourEyes
from omloop.circulation.routing.configuring import Configuration, configure
from omloop.circulation.routing.rates import set_rate
from omloop.circulation.scheme.rules import change_rule, conditions_of
from omloop.circulation.who.policies import RIGHT_FOR, Standing, Standings, people_barred
from omloop.invoices.models import Invoice
from omloop.organisations.deactivation import deactivate, reactivate
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.organisations.services import grant
from omloop.organisations.services import withdraw as withdraw_rights
from omloop.standins.saving import hand_over_ticked
from omloop.standins.timer import see_to_absences
from omloop.transfers.models import Item, What
from omloop.transfers.preview import Preview, preview_invoices
from omloop.transfers.services import ask_transfer, carry_out
from omloop.transfers.undoing import undo
from omloop.transfers.wish import Conflict, Wish
from tests.circulation.life.asking import Asking
from tests.circulation.life.playing import GROUPS, PATHS, WHICH, WHO

OPTIONS = st.fixed_dictionaries(
    {name: st.booleans() for name in ("takes_what_reaches", "takes_what_is_open", "returns_what_is_left")}
)
LENT = ["check", "approve"]


class Arranging(Asking):
    """Marit administers; everybody sets his own absences."""

    @rule(
        who=WHO,
        substitute=WHO,
        first=st.integers(0, 4),
        days=st.integers(1, 15),
        options=OPTIONS,
        lends=st.booleans(),
    )
    def set_absence(
        self, who: str, substitute: str, first: int, days: int, options: dict[str, bool], lends: bool
    ) -> None:
        start = (self.now + timedelta(days=first, hours=5)).date()
        about: dict[str, Any] = {"first_on": start, "last_on": start + timedelta(days=days - 1), **options}
        person, other = self.people[who], self.people[substitute]

        def service(actor: Member, now: datetime) -> UUID:
            absence = set_absence(person_id=person.id, substitute_id=other.id, actor=actor, now=now, **about)
            if lends:
                covers = AbsenceCover.objects.filter(absence_id=absence, organisation_id=self.place)
                lending.ask(covers, {self.place: LENT}, actor=actor, now=now)
            return absence

        if self.act(person, service):
            event("absent")

    @rule(who=WHO, substitute=WHO, since=st.integers(1, 10), hands_over=st.booleans(), options=OPTIONS)
    def fall_ill(
        self, who: str, substitute: str, since: int, hands_over: bool, options: dict[str, bool]
    ) -> None:
        """An administrator sets an absence that began in the past, without an end, and ticks what goes."""
        person, other = self.people[who], self.people[substitute]
        first = (self.now - timedelta(days=since)).date()
        about: dict[str, Any] = {"first_on": first, "last_on": None, **options}

        def service(actor: Member, now: datetime) -> int:
            absence = set_absence(person_id=person.id, substitute_id=other.id, actor=actor, now=now, **about)
            open_ = Assignment.objects.filter(holder=person, ended_at=None, organisation_id=self.place)
            ticked = list(open_.values_list("id", flat=True)) if hands_over else []
            return hand_over_ticked(absence, ticked, actor=actor, now=now)[0] if ticked else 0

        went = self.act(self.world.marit, service)
        if went is not None:
            event(f"ill, handed over: {bool(went)}")

    @rule(which=WHICH, shorter=st.integers(-3, 3), cancels=st.booleans(), options=OPTIONS)
    def change_absence(self, which: int, shorter: int, cancels: bool, options: dict[str, bool]) -> None:
        with self.company.system():
            rows = AbsenceCover.objects.filter(organisation_id=self.place, cancelled_at=None)
            covers = list(rows.order_by("id"))
        if not covers:
            return
        cover = covers[which % len(covers)]
        last: date = (cover.last_on or self.now.date()) + timedelta(days=shorter)
        about: dict[str, Any] = {
            "first_on": cover.first_on,
            "last_on": last,
            "substitute_id": cover.substitute_id,
            **options,
        }

        def service(actor: Member, now: datetime) -> bool:
            if cancels:
                cancel_absence(absence_id=cover.absence_id, actor=actor, now=now)
            else:
                change_absence(absence_id=cover.absence_id, actor=actor, now=now, **about)
            return True

        if self.act(self.world.marit, service):
            event("absence cancelled" if cancels else "absence changed")

    @rule(is_confirmed=st.sampled_from([True, True, False]))
    def answer_lending(self, is_confirmed: bool) -> None:
        def service(actor: Member, now: datetime) -> bool:
            asked = lending.asked_in([self.place], now=now)
            for each in asked:
                lending.answer(each.id, is_confirmed=is_confirmed, actor=actor, now=now)
            return bool(asked)

        if self.act(self.world.marit, service):
            event("lending answered")

    @rule(days=st.integers(0, 4))
    def the_timer_runs(self, days: int) -> None:
        """Some days later, and twice, which does no harm."""
        self.now += timedelta(days=days)
        for _ in range(2):
            self.act(None, lambda actor, now: see_to_absences(self.place, actor=actor, now=now))

    @rule(who=WHO, group=st.sampled_from(GROUPS), gives=st.sampled_from([True, True, False]))
    def change_rights(self, who: str, group: str, gives: bool) -> None:
        about: dict[str, Any] = {
            "organisation_id": self.place,
            "person_id": self.people[who].id,
            "group": group,
        }
        change = grant if gives else withdraw_rights
        self.act(self.world.marit, lambda actor, now: change(**about, actor=actor, now=now))

    @rule(who=WHO, active=st.sampled_from([True, True, False]))
    def activate(self, who: str, active: bool) -> None:
        about: dict[str, Any] = {"environment_id": self.world.noordgroep_id, "person_id": self.people[who].id}
        change = reactivate if active else deactivate
        self.act(self.world.marit, lambda actor, now: change(**about, actor=actor, now=now))

    @rule(four_eyes=st.sampled_from(FourEyes.values))
    def change_four_eyes(self, four_eyes: str) -> None:
        wanted = Configuration(four_eyes=four_eyes)
        about: dict[str, Any] = {"organisation_id": self.place, "wanted": wanted}
        self.act(self.world.marit, lambda actor, now: configure(**about, actor=actor, now=now))

    @rule(which=WHICH, path=st.sampled_from([*PATHS]))
    def change_scheme(self, which: int, path: str) -> None:
        """A rule asks other steps from now on; what is under way goes on as it was."""

        def service(actor: Member, now: datetime) -> bool:
            rules = list(SchemeRule.objects.at(now).filter(organisation_id=self.place).order_by("id"))
            old = rules[which % len(rules)]
            change_rule(
                rule=old,
                name=old.name,
                priority=old.priority,
                steps=self.new_steps[path],
                conditions=conditions_of(old),
                actor=actor,
                now=now,
            )
            return True

        if self.act(self.world.marit, service):
            event("scheme changed")

    @rule(rate=st.sampled_from(["0.9", "80"]))
    def a_rate_is_known(self, rate: str) -> None:
        """And what waited for it goes on."""
        about: dict[str, Any] = {"organisation_id": self.place, "currency": "USD", "rate": Decimal(rate)}
        first = date(2026, 1, 1)
        self.act(self.world.marit, lambda actor, now: set_rate(**about, from_on=first, actor=actor, now=now))
        while invoice := self.pick_invoice(0, Invoice.State.RECEIVED, Invoice.State.HELD):
            self.begin(invoice.id)
            if self.company.invoice(invoice.id).state == Invoice.State.HELD:
                break

    @rule(left=WHO, to=WHO, instead=st.none() | WHO, rest=st.booleans())
    def transfer(self, left: str, to: str, instead: str | None, rest: bool) -> None:
        what = [What.INVOICES, What.RULES, What.SUBSTITUTIONS] if rest else [What.INVOICES]
        wish = Wish(
            person_id=self.people[left].id,
            to_id=self.people[to].id,
            places=frozenset([self.place]),
            what=frozenset(what),
            instead={(self.place, Conflict.BARRED): self.people[instead].id} if instead else {},
        )

        def service(actor: Member, now: datetime) -> tuple[UUID, Preview]:
            said = preview_invoices(wish, actor=actor, now=now) if What.INVOICES in what else Preview()
            run = ask_transfer(wish=wish, actor=actor, now=now)
            carry_out(run_id=run, actor=actor, now=now)
            return run, said

        if done := self.act(self.world.marit, service):
            run, said = done
            self.runs.append(run)
            with self.company.system():
                items = Item.objects.filter(transfer__run_id=run, kind="invoice")
                assert Counter(items.values_list("to_id", flat=True)) == said.goes_to
                for phase in (phase for counts in said.counts.values() for phase in counts):
                    event(f"transferred: {phase}")
                for item in items:
                    event("transferred an invoice")
                    self.confirm(Assignment.objects.filter(id__in=item.tasks, holder_id=item.to_id))

    def confirm(self, tasks: QuerySet[Assignment]) -> None:
        """The gate would see those who have them now as the transfer judged them."""
        for task in tasks.select_related("step", "invoice"):
            assert task.ended_at is None and task.holder_id
            if task.why.get("transfers"):
                barred = frozenset() if task.fallback else people_barred(task.step, task.invoice)
                right = Right.CIRCULATE if task.fallback else RIGHT_FOR[task.step.action]
                standings = Standings(invoice=task.invoice, right=right, barred=barred, now=self.now)
                assert standings.of(task.holder_id) == Standing.ENTITLED

    @rule(which=st.integers(0, 3))
    def undo(self, which: int) -> None:
        if self.runs:
            run = self.runs[which % len(self.runs)]
            undone = self.act(self.world.marit, lambda actor, now: undo(run_id=run, actor=actor, now=now))
            event(f"undone: {bool(undone and undone[0])}")

    @rule()
    def crash(self) -> None:
        """Whatever succeeds next dies before it is committed."""
        self.crashes = True
