"""Several at once: every invoice has a result of its own, and passes the one gate (rules 3.3, 3.4)."""

from omloop.circulation.models import Decision
from tests.circulation.company import Company
from tests.circulation.reader import said, signed_in
from tests.world import World


def test_anna_answers_four_at_once_and_reads_what_came_of_each(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    company.rule(("check", world.anna), ("approve", world.bram), name="check", supplier="Helder", priority=9)
    company.limit(world.anna, "3000")
    fine, dear = company.arrive(number="A-1"), company.arrive(number="A-2", with_vat="5000")
    checked, gone = company.arrive(number="A-3", supplier_name="Helder"), company.arrive(number="A-4")
    tasks = [company.task(each).id for each in (fine, dear, checked, gone)]
    anna = signed_in(world.anna)
    assert "Select invoice A-1" in anna.get("/?view=list").content.decode()
    company.decide(world.anna, gone, "approve")
    page = said(anna.post("/worklist/answers/", {"assignment": [*tasks, "no id"], "next": "/"}))
    assert "Approval given: all approvals are given" in page
    assert "above your limit" in page
    assert "Checked, now with Bram Willems" in page
    assert "already approved this invoice" in page
    assert [company.invoice(each).state for each in (fine, dear, checked)] == [
        "approved", "circulating", "circulating",
    ]  # fmt: skip
    with company.system():
        assert Decision.objects.count() == 3, "nothing stays of what was refused"
    assert "Nothing was selected" in said(anna.post("/worklist/answers/", {"next": "/"}))


def test_who_does_not_hold_a_task_changes_nothing(company: Company, world: World) -> None:
    company.rule(("approve", world.anna))
    task = company.task(company.arrive(number="A-1"))
    for person in (world.bram, world.otto):
        answer = signed_in(person).post("/worklist/answers/", {"assignment": [task.id], "next": "/"})
        assert answer.status_code == 200
    assert company.task(task.invoice_id).id == task.id
