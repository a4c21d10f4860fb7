"""A data subject's request: where somebody's data stand, and why they are kept (rules 7.7)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from operator import and_, or_
from typing import Any
from uuid import UUID

from django.db.models import Q

from omloop.absences.models import AbsenceCover
from omloop.audit.models import AuditEvent
from omloop.circulation.models import Consultation, Decision, ProposedRule
from omloop.circulation.routing.why import group_name
from omloop.disputes.models import Dispute, DisputeNote
from omloop.environments.models import EnvironmentRole
from omloop.invoices.models import Cancellation, Contact, Duplicate, Invoice, Release
from omloop.joining.models import AuthorisationRequest, Invitation, JoinRequest
from omloop.organisations.members import Member
from omloop.organisations.models import ApprovalLimit, ConnectionKey, GroupMember, Membership, Organisation
from omloop.organisations.rights import Right
from omloop.payees.models import AccountCheck, SupplierAccount
from omloop.people.models import Person, names_of


class Kind(StrEnum):
    """Where data of a person stand."""

    ACCOUNT = "account"
    RIGHTS = "rights"
    ABSENCES = "absences"
    DECISIONS = "decisions"
    CONTACTS = "contacts"
    REMARKS = "remarks"
    PAYEES = "payees"
    PROPOSALS = "proposals"
    ENTRANCE = "entrance"
    TRAIL = "trail"


@dataclass(frozen=True)
class Find:
    """One place: in which organisation, since or at which moment, and what stands there."""

    kind: Kind
    organisation: str
    at: datetime | date | None
    facts: dict[str, Any]
    invoice_id: UUID | None = None


@dataclass(frozen=True)
class Answer:
    """What was found of somebody. `unsearched` are organisations whose documents the asker does not see."""

    words: str
    searched: list[Organisation]
    unsearched: list[Organisation]
    people: list[Person]
    finds: list[Find] = field(default_factory=list)

    def by_kind(self) -> list[tuple[Kind, list[Find]]]:
        """The places kind by kind, without the kinds that have none."""
        grouped = [(kind, [find for find in self.finds if find.kind == kind]) for kind in Kind]
        return [(kind, finds) for kind, finds in grouped if finds]


def search(words: str, *, actor: Member) -> Answer:
    """Everything of whoever these words name (all of them, in any order), in the organisations of the actor.

    Accounts, rights and absences where he manages members; contacts, decisions, remarks and bank accounts
    where he also sees all documents, confidential ones only with that right; who was invited or asked to come
    in where he administers the environment. A fixed number of queries.
    """
    managed = actor.where(Right.MANAGE_MEMBERS)
    sees = managed & actor.where(Right.VIEW_ALL)
    places = list(Organisation.objects.filter(id__in=managed).order_by("name"))
    people = list(people_within_reach(actor).filter(_says(words, "name", "email")).order_by("name", "id"))
    ids = [person.id for person in people]
    finds = [
        *_accounts(people),
        *_rights(ids, managed),
        *_absences(ids, managed),
        *_decisions(ids, sees),
        *_contacts(words, sees),
        *_remarks(words, sees),
        *_beside(words, sees),
        *_payees(ids, words, sees),
        *_proposals(ids, words, sees),
        *_entrance(words, actor.environments),
        *_trail(ids, places),
    ]
    return Answer(words, places, [place for place in places if place.id not in sees], people, finds)


def people_within_reach(actor: Member) -> Any:
    """Who is or was a member where he manages members, or has or had a place where he administers."""
    members = Membership.objects.filter(organisation__in=actor.where(Right.MANAGE_MEMBERS))
    placed = EnvironmentRole.objects.filter(environment__in=actor.environments)
    return Person.objects.filter(Q(id__in=members.values("person")) | Q(id__in=placed.values("person")))


def _says(words: str, *columns: str) -> Q:
    """Every word stands in one of the columns."""
    each = (reduce(or_, (Q(**{f"{c}__icontains": word}) for c in columns)) for word in words.split())
    return reduce(and_, each)


def _accounts(people: list[Person]) -> Iterator[Find]:
    for person in people:
        facts = {"name": person.name, "email": person.email, "language": person.language}
        yield Find(Kind.ACCOUNT, "", person.joined_at, {**facts, "time_zone": person.time_zone})


def _rights(people: list[UUID], places: frozenset[UUID]) -> Iterator[Find]:
    mine: dict[str, Any] = {"person__in": people, "organisation__in": places}
    stood = GroupMember.objects.filter(**mine).select_related("organisation", "person", "group")
    for row in stood.order_by("valid", "id"):
        facts = {"group": group_name(row.group.name, row.group.default), "until": row.valid.upper}
        yield Find(Kind.RIGHTS, row.organisation.name, row.valid.lower, {"person": row.person.name, **facts})
    limits = ApprovalLimit.objects.filter(**mine).select_related("organisation", "person")
    for row in limits.order_by("valid", "id"):
        facts = {"person": row.person.name, "limit": row.amount, "until": row.valid.upper}
        yield Find(Kind.RIGHTS, row.organisation.name, row.valid.lower, facts)
    keys = ConnectionKey.objects.filter(holder__in=people, organisation__in=places)
    for row in keys.select_related("organisation", "holder").order_by("created_at", "id"):
        facts = {"person": row.holder.name, "key": row.name, "until": row.revoked_at}
        yield Find(Kind.RIGHTS, row.organisation.name, row.created_at, facts)


def _absences(people: list[UUID], places: frozenset[UUID]) -> Iterator[Find]:
    covers = AbsenceCover.objects.filter(
        Q(person__in=people) | Q(substitute__in=people), organisation__in=places
    ).select_related("organisation", "person", "substitute")
    for cover in covers.order_by("period", "id"):
        facts = {
            "person": cover.person.name,
            "substitute": cover.substitute.name,
            "first_on": cover.first_on,
            "last_on": cover.last_on,
            "cancelled": cover.cancelled_at,
        }
        yield Find(Kind.ABSENCES, cover.organisation.name, cover.set_at, facts)


def _decisions(people: list[UUID], places: frozenset[UUID]) -> Iterator[Find]:
    rows = Decision.objects.filter(
        Q(person__in=people) | Q(for_person__in=people), organisation__in=places
    ).select_related("organisation", "person", "for_person", "invoice")
    for row in rows.order_by("decided_at", "id"):
        behalf = row.for_person.name if row.for_person else ""
        facts = {"person": row.person.name, "on_behalf_of": behalf, "action": row.action}
        said = {"remark": row.remark, "withdrawn": row.withdrawn_at, "withdrawal": row.withdrawal}
        yield _of_invoice(Kind.DECISIONS, row, row.decided_at, {**facts, **said})


def _contacts(words: str, places: frozenset[UUID]) -> Iterator[Find]:
    rows = Contact.objects.filter(_says(words, "name", "email", "telephone"), organisation__in=places)
    for row in rows.select_related("organisation", "invoice").order_by("id"):
        facts = {"name": row.name, "email": row.email, "telephone": row.telephone}
        yield _of_invoice(Kind.CONTACTS, row, row.invoice.import_date, facts)
    named = Invoice.objects.filter(_says(words, "supplier_name", "buyer_name"), organisation__in=places)
    for invoice in named.select_related("organisation").order_by("id"):
        facts = {"supplier": invoice.supplier_name, "buyer": invoice.buyer_name, "invoice": invoice.number}
        yield Find(Kind.CONTACTS, invoice.organisation.name, invoice.import_date, facts, invoice.id)


def _remarks(words: str, places: frozenset[UUID]) -> Iterator[Find]:
    remarks = Decision.objects.filter(_says(words, "remark", "withdrawal"), organisation__in=places)
    for row in remarks.select_related("organisation", "person", "invoice").order_by("decided_at", "id"):
        facts = {"remark": row.remark, "withdrawal": row.withdrawal, "person": row.person.name}
        yield _of_invoice(Kind.REMARKS, row, row.decided_at, facts)
    reasons = Release.objects.filter(_says(words, "reason"), organisation__in=places)
    for row in reasons.select_related("organisation", "released_by", "invoice").order_by("released_at", "id"):
        by = row.released_by.name if row.released_by else ""
        yield _of_invoice(Kind.REMARKS, row, row.released_at, {"remark": row.reason, "person": by})
    yield from _endings(words, places)


def _endings(words: str, places: frozenset[UUID]) -> Iterator[Find]:
    """Why invoices were cancelled, or are no duplicates."""
    cancelled = Cancellation.objects.filter(_says(words, "reason"), organisation__in=places)
    for row in cancelled.select_related("organisation", "cancelled_by", "invoice").order_by("id"):
        by = row.cancelled_by.name if row.cancelled_by else ""
        yield _of_invoice(Kind.REMARKS, row, row.cancelled_at, {"remark": row.reason, "person": by})
    originals = Duplicate.objects.filter(_says(words, "reason"), organisation__in=places)
    for row in originals.select_related("organisation", "decided_by", "invoice").order_by("id"):
        by = row.decided_by.name if row.decided_by else ""
        yield _of_invoice(Kind.REMARKS, row, row.decided_at, {"remark": row.reason, "person": by})


def _beside(words: str, places: frozenset[UUID]) -> Iterator[Find]:
    """What was said in questions for advice, and about disputes."""
    asked = Consultation.objects.filter(_says(words, "remark", "answer"), organisation__in=places)
    for row in asked.select_related("organisation", "person", "asked_by", "invoice").order_by("id"):
        facts = {
            "remark": row.remark,
            "person": row.asked_by.name,
            "answer": row.answer,
            "by": row.person.name,
        }
        yield _of_invoice(Kind.REMARKS, row, row.asked_at, facts)
    said = Dispute.objects.filter(_says(words, "reason", "closing_remark"), organisation__in=places)
    for row in said.select_related("organisation", "disputed_by", "invoice").order_by("id"):
        facts = {"remark": row.reason, "person": row.disputed_by.name, "closing_remark": row.closing_remark}
        yield _of_invoice(Kind.REMARKS, row, row.disputed_on, facts)
    notes = DisputeNote.objects.filter(_says(words, "text"), organisation__in=places)
    for row in notes.select_related("organisation", "written_by", "dispute__invoice").order_by("id"):
        facts = {"remark": row.text, "person": row.written_by.name, "invoice": row.dispute.invoice.number}
        yield Find(Kind.REMARKS, row.organisation.name, row.written_at, facts, row.dispute.invoice_id)


def _payees(people: list[UUID], words: str, places: frozenset[UUID]) -> Iterator[Find]:
    """Bank accounts of suppliers by name or IBAN, and how they were checked, by whom (rules 2.9)."""
    named = _says(words, "supplier_name")
    if any(map(str.isdigit, words)):
        named |= Q(iban__icontains="".join(words.split()))
    rows = SupplierAccount.objects.filter(named, organisation__in=places)
    for row in rows.select_related("organisation").order_by("found_at", "id"):
        facts = {"supplier": row.supplier_name, "iban": row.in_fours}
        yield Find(Kind.PAYEES, row.organisation.name, row.found_at, facts)
    his = Q(recorded_by__in=people) | Q(confirmed_by__in=people) | Q(ended_by__in=people)
    checks = AccountCheck.objects.filter(his | _says(words, "how", "ending"), organisation__in=places)
    related = ("organisation", "account", "recorded_by", "confirmed_by", "ended_by")
    for row in checks.select_related(*related).order_by("recorded_at", "id"):
        people_of = {"by": row.recorded_by, "confirmed_by": row.confirmed_by, "ended_by": row.ended_by}
        who = {name: person.name if person else "" for name, person in people_of.items()}
        facts = {"iban": row.account.in_fours, "remark": row.how, "ending": row.ending, **who}
        yield Find(Kind.PAYEES, row.organisation.name, row.recorded_at, facts)


def _proposals(people: list[UUID], words: str, places: frozenset[UUID]) -> Iterator[Find]:
    """Suggested rules: to whom invoices of a supplier would go, who suggested it, and the supplier."""
    named = Q(person__in=people) | Q(proposed_by__in=people) | _says(words, "supplier")
    rows = ProposedRule.objects.filter(named, organisation__in=places)
    for row in rows.select_related("organisation", "person", "proposed_by").order_by("proposed_at", "id"):
        facts = {"supplier": row.supplier, "person": row.person.name, "by": row.proposed_by.name}
        yield Find(Kind.PROPOSALS, row.organisation.name, row.proposed_at, facts)


def _entrance(words: str, environments: frozenset[UUID]) -> Iterator[Find]:
    """Invitations, and requests to join or to be authorised: also of people who never came in."""
    invited = Invitation.objects.filter(_says(words, "email"), environment__in=environments)
    for row in invited.select_related("environment").order_by("invited_at", "id"):
        yield Find(Kind.ENTRANCE, row.environment.name, row.invited_at, {"invited": row.email})
    asked = JoinRequest.objects.filter(
        _says(words, "person__name", "person__email"), environment__in=environments
    )
    for row in asked.select_related("environment", "person").order_by("asked_at", "id"):
        yield Find(Kind.ENTRANCE, row.environment.name, row.asked_at, {"person": row.person.name})
    requests = AuthorisationRequest.objects.filter(
        _says(words, "person__name", "person__email", "remark"), asked__in=environments
    )
    for row in requests.select_related("asked", "person").order_by("asked_at", "id"):
        facts = {"person": row.person.name, "kvk": row.kvk, "remark": row.remark}
        yield Find(Kind.ENTRANCE, row.asked.name, row.asked_at, facts)


def _trail(people: list[UUID], places: list[Organisation]) -> Iterator[Find]:
    """What was done to the accounts; what they did to invoices stands under decisions, within rights."""
    names = {place.id: place.name for place in places}
    events = list(AuditEvent.objects.filter(chain_id__in=names, subject_id__in=people).order_by("at", "id"))
    makers = names_of({event.person_id for event in events if event.person_id})
    for event in events:
        by = makers.get(event.person_id, "") if event.person_id else event.actor
        yield Find(Kind.TRAIL, names[event.chain_id], event.at, {"event": event.name, "by": by})


def _of_invoice(kind: Kind, row: Any, at: datetime | date, facts: dict[str, Any]) -> Find:
    about = {"invoice": row.invoice.number, "supplier": row.invoice.supplier_name}
    return Find(kind, row.organisation.name, at, {**facts, **about}, row.invoice_id)
