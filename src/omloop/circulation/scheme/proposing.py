"""The answer to "whose invoice is this?" suggested as a rule of the scheme (rules 3.1)."""

from datetime import datetime
from uuid import UUID

from omloop.audit.services import record
from omloop.circulation.models import ProposedRule, SchemeRule
from omloop.circulation.scheme.codes import fold
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
    proposed = ProposedRule(
        organisation_id=invoice.organisation_id,
        supplier=invoice.supplier_name,
        supplier_kvk=invoice.supplier_kvk,
        supplier_vat=invoice.supplier_vat,
        person_id=person_id,
        proposed_by_id=actor.person_id,
        proposed_at=now,
    )
    others = ProposedRule.objects.filter(
        organisation_id=invoice.organisation_id, person_id=person_id, dismissed_at=None
    )
    if any(_names(proposed) & _names(other) for other in others):
        return
    proposed.save()
    _record("scheme.proposed", proposed, actor, now)


def dismiss_proposal(*, proposal: ProposedRule, actor: Member, now: datetime) -> None:
    """Put a suggestion aside. Raises RightMissing without *manage schemes*."""
    actor.demand(Right.MANAGE_SCHEMES, proposal.organisation_id)
    hold(proposal.organisation_id)
    if ProposedRule.objects.filter(id=proposal.id, dismissed_at=None).update(dismissed_at=now):
        _record("scheme.proposal_dismissed", proposal, actor, now)


def open_proposals(place: Organisation, *, now: datetime) -> list[ProposedRule]:
    """The suggestions that nobody put aside and that no rule has answered yet, the oldest first."""
    rules = SchemeRule.objects.at(now).filter(organisation=place).exclude(supplier="")
    answered = {fold(supplier) for supplier in rules.values_list("supplier", flat=True)}
    rows = ProposedRule.objects.filter(organisation=place, dismissed_at=None)
    found = rows.select_related("person", "proposed_by").order_by("id")
    return [proposal for proposal in found if not _names(proposal) & answered]


def _names(proposal: ProposedRule) -> set[str]:
    """By what a rule can name its supplier, as that is compared."""
    said = (proposal.supplier, proposal.supplier_kvk, proposal.supplier_vat)
    return {fold(each) for each in said if each}


def _record(name: str, proposal: ProposedRule, actor: Member, now: datetime) -> None:
    record(
        name,
        actor=actor,
        chain_id=proposal.organisation_id,
        subject_id=proposal.id,
        at=now,
        detail={"person": str(proposal.person_id)},
    )
