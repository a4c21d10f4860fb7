"""The answer to "whose invoice is this?" suggested as a rule of the scheme (rules 3.1)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.models import ProposedRule, SchemeRule
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right


def propose_rule(invoice: Invoice, *, person_id: UUID, actor: Member, now: datetime) -> None:
    """Suggest that this supplier's invoices go to that person; twice does no harm.

    Nothing of a confidential invoice, or of one whose supplier is unknown. Raises RightMissing without
    *circulate*.
    """
    actor.demand(Right.CIRCULATE, invoice.organisation_id)
    hold(invoice.organisation_id)
    if invoice.confidential or not invoice.supplier_name or actor.person_id is None:
        return
    proposal, is_new = ProposedRule.objects.get_or_create(
        organisation_id=invoice.organisation_id,
        supplier=invoice.supplier_name,
        person_id=person_id,
        dismissed_at=None,
        defaults={"proposed_by_id": actor.person_id, "proposed_at": now},
    )
    if is_new:
        _record("scheme.proposed", proposal, actor, now)


def dismiss_proposal(*, proposal: ProposedRule, actor: Member, now: datetime) -> None:
    """Put a suggestion aside. Raises RightMissing without *manage schemes*."""
    actor.demand(Right.MANAGE_SCHEMES, proposal.organisation_id)
    hold(proposal.organisation_id)
    if ProposedRule.objects.filter(id=proposal.id, dismissed_at=None).update(dismissed_at=now):
        _record("scheme.proposal_dismissed", proposal, actor, now)


def open_proposals(place: Organisation, *, now: datetime) -> list[ProposedRule]:
    """The suggestions that nobody put aside and that no rule has answered yet, the oldest first."""
    answered = SchemeRule.objects.at(now).filter(organisation=place).exclude(supplier="")
    rows = ProposedRule.objects.filter(organisation=place, dismissed_at=None)
    rows = rows.exclude(supplier__in=answered.values("supplier"))
    return list(rows.select_related("person", "proposed_by").order_by("id"))


def _record(name: str, proposal: ProposedRule, actor: Member, now: datetime) -> None:
    record(
        name,
        actor=actor,
        chain_id=proposal.organisation_id,
        subject_id=proposal.id,
        at=now,
        detail={"person": str(proposal.person_id)},
    )
