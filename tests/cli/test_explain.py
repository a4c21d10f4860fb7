"""`omloop explain`: the routing is computed again from stored facts, and both agree (rules 3.14)."""

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from omloop.__main__ import main
from omloop.circulation.models import Assignment
from omloop.circulation.scheme.rerouting import follow_scheme_of_today
from omloop.einvoice import Kind, PrecedingInvoice
from omloop.invoices.models import Invoice
from omloop.organisations.holding import hold
from omloop.organisations.members import member_scope
from tests.circulation.company import Company, asked, at
from tests.incoming import come_in
from tests.world import World


def test_each_choice_comes_out_the_same_again_until_somebody_tampers_with_it(
    world: World, capsys: pytest.CaptureFixture[Any]
) -> None:
    company = Company(world, world.zwaluw)
    company.rule(asked("check", company.group("approver"), needs_all=True), ("approve", world.anna))
    company.rule(("approve", world.sanne), name="R-99", supplier="De Raaf", priority=2)
    company.absent(world.anna, "04-01", "05-01", world.sanne)
    invoice = company.arrive(at("04-03"))
    document = str(company.invoice(invoice).document_id)
    assert main(["explain", document, "sanne@noordgroep.example"]) == 0
    told = capsys.readouterr().out
    assert told.count("[same]") == 3 and "Sanne Bakker voor Anna de Vries" in told
    assert "Regel R-07 vraagt iedereen uit goedkeurder" in told
    with company.system():
        hold(world.zwaluw.id)
        task = Assignment.objects.get(invoice_id=invoice, for_person=world.anna)
        task.why["route"]["holder"] = str(world.bram.id)
        task.save(update_fields=["why"])
    assert main(["explain", document, "sanne@noordgroep.example"]) == 1
    assert "[DIFFERENT]\n    -> Sanne Bakker voor Anna de Vries" in capsys.readouterr().out
    assert main(["explain", document, "otto@noordgroep.example"]) == 2
    assert main(["explain", str(uuid4()), "nobody@noordgroep.example"]) == 2


def test_what_the_choice_looked_at_is_kept_so_that_later_changes_make_no_difference(
    world: World, capsys: pytest.CaptureFixture[Any]
) -> None:
    """The supplier and amount were mended, the scheme was followed anew, and a credit note has no rule."""
    company = Company(world, world.zwaluw)
    company.rule(asked("approve", world.anna), name="R-01")
    company.rule(asked("approve", world.bram), name="R-02", supplier="De Raaf", priority=9)
    company.rule(asked("approve", world.bram), name="R-03", amount_from=Decimal(5000), priority=8)
    invoice = come_in(world.zwaluw)
    with member_scope(world.marit, now=at("03-02", "14:00")) as marit:
        follow_scheme_of_today(invoice, actor=marit, now=at("03-02", "14:00"))
    company.decide(world.anna, invoice, "approve")
    before = (PrecedingInvoice("2026-0418"),)
    note = come_in(world.zwaluw, "C-1", kind=Kind.CREDIT_NOTE, type_code="381", preceding_invoices=before)
    with company.system():
        hold(world.zwaluw.id)
        mended = {"supplier_name": "De Raaf", "compared_amount": Decimal(9000)}
        Invoice.objects.filter(id__in=[invoice, note]).update(**mended)
    for each, told in ((invoice, "Regel R-01"), (note, "wie akkoord gaf op de gecrediteerde factuur")):
        document = str(company.invoice(each).document_id)
        assert main(["explain", document, "sanne@noordgroep.example"]) == 0
        said = capsys.readouterr().out
        assert main(["explain", str(each), "sanne@noordgroep.example"]) == 0
        assert capsys.readouterr().out == said, "by the address of its page"
        choices = [line for line in said.splitlines() if f"+00:00  {told}" in line]
        assert "DIFFERENT" not in said and len(choices) == (2 if each == invoice else 1)
