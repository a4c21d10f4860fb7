"""Who may do what, told in another way than the product tells it (rules 3.4, 3.5, 4.5)."""

from datetime import datetime
from uuid import UUID

from omloop.absences.models import AbsenceCover, LentRight
from omloop.circulation.models import Assignment, Decision
from omloop.circulation.models.configuration import CirculationSettings
from omloop.circulation.models.consultations import Consultation
from omloop.organisations.models import GroupMember, GroupRight, Membership
from omloop.people.models import Person
from tests.circulation.life.playing import Playing

NEEDS = {"check": "check", "approve": "approve", "code": "code"}
APART = {"off": set[str](), "approve": {"approve"}, "all": {"check", "approve"}}


class Oracle(Playing):
    """Reads rows of rights and absences, and nothing that the product made of them."""

    def may_now(self, task: Assignment, person: Person, action: str) -> bool:
        """Whether he has this task, is active, entitled, and may see it."""
        right = NEEDS[task.step.action]
        if task.fallback and action not in NEEDS:
            right = "circulate"
        with self.company.system():
            return self.holds(task, person) and self.is_able(task, person, right)

    def holds(self, task: Assignment, person: Person) -> bool:
        return task.holder_id == person.id or task.group_id in self.groups_within(person.id)

    def is_able(self, task: Assignment, person: Person, right: str) -> bool:
        """By his own rights, or by what the one he stands in for lends him and has himself."""
        rights = self.rights_of(person.id)
        if task.for_person_id and task.holder_id == person.id:
            rights |= self.borrows(person.id, task.for_person_id) & self.rights_of(task.for_person_id)
        needed = {right, "view_confidential"} if task.invoice.confidential else {right}
        return needed <= rights and not self.is_deactivated(person.id)

    def can_be_done(self, task: Assignment) -> bool:
        """Whether somebody active, entitled and present has it, whose eyes still count."""
        if self.is_barred_since(task):
            return False
        right = "circulate" if task.fallback else NEEDS[task.step.action]
        return any(
            self.is_able(task, person, right)
            and not self.is_away(person.id)
            and (task.holder_id or person.id not in task.barred)
            for person in self.people.values()
            if self.holds(task, person)
        )

    def is_barred_since(self, task: Assignment) -> bool:
        """Whether a setting that came after the task was given bars its holder, or all of its group."""
        said = CirculationSettings.objects.at(self.now).filter(organisation_id=self.place).first()
        if (
            said is None
            or task.opened_at >= said.valid.lower
            or task.fallback
            or task.step.origin == "return"
        ):
            return False
        apart = APART[said.four_eyes]
        if task.step.action not in apart:
            return False
        answers = Decision.objects.filter(
            invoice=task.invoice, action__in=["check", "approve"], withdrawn_at=None, step__action__in=apart
        )
        gave = answers.exclude(step__origin="return").values_list("person_id", "for_person_id")
        eyes = {self.human(each) for pair in gave for each in pair if each}
        if task.group_id is None:
            return bool(eyes & {self.human(each) for each in (task.holder_id, task.for_person_id) if each})
        members = GroupMember.objects.at(self.now).filter(organisation_id=self.place, group_id=task.group_id)
        return bool(eyes) and {self.human(each.person_id) for each in members} <= eyes

    def groups_within(self, person_id: UUID) -> set[UUID]:
        rows = GroupMember.objects.at(self.now).filter(organisation_id=self.place, person_id=person_id)
        return set(rows.values_list("group_id", flat=True))

    def rights_of(self, person_id: UUID) -> set[str]:
        rows = GroupRight.objects.at(self.now).filter(group__in=self.groups_within(person_id))
        return set(rows.values_list("right", flat=True))

    def borrows(self, borrower_id: UUID, lender_id: UUID) -> set[str]:
        rows = LentRight.objects.at(self.now).filter(organisation_id=self.place, ended_at=None)
        pair = rows.filter(borrower_id=borrower_id, lender_id=lender_id, is_confirmed=True)
        return set(pair.values_list("right", flat=True))

    def is_deactivated(self, person_id: UUID) -> bool:
        rows = Membership.objects.at(self.now).filter(organisation_id=self.place, person_id=person_id)
        return bool(rows.filter(is_active=False).exists())

    def is_away(self, person_id: UUID) -> bool:
        rows = AbsenceCover.objects.filter(organisation_id=self.place, person_id=person_id, cancelled_at=None)
        return bool(rows.filter(period__contains=self.now.date()).exists())

    def is_awaited(self, task: Assignment) -> bool:
        """Whether its step waits for the advice of somebody who can still look at the invoice."""
        with self.company.system():
            rows = Consultation.objects.filter(step=task.step, waits=True, answered_at=None, recalled_at=None)
            return any(self.can_look(each.person_id, task) for each in rows)

    def can_look(self, person_id: UUID, task: Assignment) -> bool:
        rights = self.rights_of(person_id)
        is_shown = not task.invoice.confidential or "view_confidential" in rights
        return is_shown and bool(rights & {"view_own", "view_all"}) and not self.is_deactivated(person_id)

    def is_open(self, task: Assignment) -> bool:
        with self.company.system():
            return bool(Assignment.objects.filter(id=task.id, ended_at=None).exists())

    def apart_at(self, moment: datetime) -> set[str]:
        """The actions that needed different people under the setting of that moment."""
        said = CirculationSettings.objects.at(moment).filter(organisation_id=self.place).first()
        return APART[said.four_eyes if said else "approve"]

    def human(self, person_id: UUID) -> UUID:
        """Dirk is Carla."""
        return self.people["carla"].id if person_id == self.people["dirk"].id else person_id
