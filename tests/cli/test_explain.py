"""`omloop explain`: the routing is computed again from stored facts, and both agree (rules 3.14)."""

from typing import Any
from uuid import uuid4

import pytest

from omloop.__main__ import main
from omloop.circulation.models import Assignment
from omloop.organisations.holding import hold
from tests.circulation.company import Company, asked, at
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
