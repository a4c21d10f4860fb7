"""Rule 5: Anna has left, and Marit transfers what is Anna's to Bram, by the pages."""

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from omloop.absences.models import AbsenceCover
from omloop.audit.models import AuditEvent
from omloop.circulation.models import SchemeStep
from omloop.organisations.groups import make_group
from omloop.organisations.models import GroupMember
from omloop.people.models import Person
from omloop.transfers import views
from omloop.transfers.models import Transfer
from tests.circulation.company import BEFORE, Company
from tests.coding.books import Books
from tests.world import World


@pytest.fixture
def company(world: World) -> Company:
    """Anna approves; from De Raaf Bram does before her; she stands in for Sanne, and buys in a group."""
    company = Company(world, world.zwaluw)
    company.rule(("approve", world.anna), name="Alles")
    company.rule(
        ("approve", world.bram), ("approve", world.anna), name="De Raaf", supplier="De Raaf", priority=2
    )
    company.absent(world.sanne, "11-20", None, world.anna)
    company.absent(world.bram, "11-20", None, world.anna)
    with company.system() as system:
        make_group(
            organisation_id=world.zwaluw.id, name="Inkoop", rights=["approve"], actor=system, now=BEFORE
        )
    company.grant(world.anna, "Inkoop")
    return company


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content[:300]
    return response.content.decode()


def test_marit_replaces_anna_everywhere_and_reads_what_stayed_and_why(company: Company, world: World) -> None:
    one, two = company.arrive(number="2026-1"), company.arrive(number="2026-2", supplier_name="De Raaf")
    marit, page = signed_in(world.marit), reverse("transfer")
    assert page in read(marit, reverse("people"))
    assert f"{page}?from={world.anna.id}" in read(marit, reverse("person", args=[world.anna.id]))
    assert "Er is nog niets overgezet" in read(marit, page)

    wish = {"from": world.anna.id, "to": world.bram.id, "what": ["invoices", "rules", "substitutions"]}
    query = "&".join(f"what={each}" for each in wish["what"])
    preview = read(marit, f"{page}?from={world.anna.id}&to={world.bram.id}&{query}")
    assert "Vier ogen: 1 factuur" in preview and "Zet 1 factuur over" in preview
    assert "2026-2" not in preview, "an administrator sees no invoices"
    assert company.task(one).holder == world.anna, "a preview changes nothing"

    made = marit.post(page, wish)
    assert made.status_code == 302
    report = read(marit, f"{made.headers['Location']}?page=²")
    assert "Wat bleef, en waarom" in report and "1 factuur" in report
    assert "Bram Willems is zelf degene die afwezig is" in report
    assert company.task(one).holder == world.bram and company.task(two).holder == world.bram
    with company.system():
        rules = SchemeStep.objects.filter(rule__valid__upper_inf=True).values_list(
            "rule__name", "person__name"
        )
        assert set(rules) == {
            ("Alles", "Bram Willems"), ("De Raaf", "Bram Willems"), ("De Raaf", "Anna de Vries")
        }  # fmt: skip
        held = AbsenceCover.objects.filter(cancelled_at=None).values_list("person__name", "substitute__name")
        assert set(held) == {("Sanne Bakker", "Bram Willems"), ("Bram Willems", "Anna de Vries")}
        inside = GroupMember.objects.filter(group__name="Inkoop", valid__upper_inf=True)
        assert set(inside.values_list("person__name", flat=True)) == {"Bram Willems"}
    fresh = company.arrive(number="2026-3")
    assert company.task(fresh).holder == world.anna, "this test's clock stands before the transfer"

    undone = marit.post(f"{made.headers['Location']}undo/", follow=True).content.decode()
    assert "4 staan weer waar ze stonden" in undone
    assert company.task(one).holder == world.anna
    with company.system():
        names = SchemeStep.objects.filter(rule__name="Alles", rule__valid__upper_inf=True)
        assert [step.person for step in names] == [world.anna]
        inside = GroupMember.objects.filter(group__name="Inkoop", valid__upper_inf=True)
        assert set(inside.values_list("person__name", flat=True)) == {"Anna de Vries"}
        held = AbsenceCover.objects.filter(cancelled_at=None).values_list("substitute__name", flat=True)
        assert set(held) == {"Anna de Vries"}


def test_a_choice_is_made_for_what_is_in_conflict_and_a_large_transfer_is_left_to_a_job(
    company: Company, world: World, monkeypatch: pytest.MonkeyPatch, run_jobs: object
) -> None:
    raaf = company.arrive(number="2026-2", supplier_name="De Raaf")
    company.grant(world.sanne, "approver")
    marit, page = signed_in(world.marit), reverse("transfer")
    monkeypatch.setattr(views, "AT_ONCE", 0)
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    mail.outbox = []
    company.deactivate(world.anna)
    field = f"instead_{world.zwaluw.id.hex}_barred"
    wish = {"from": world.anna.id, "to": world.bram.id, "what": ["invoices"], field: world.sanne.id}
    made = marit.post(page, wish)
    assert "Alles wordt in één keer overgezet" in read(marit, made.headers["Location"])
    assert callable(run_jobs)
    run_jobs()
    [message] = mail.outbox
    assert message.to == [world.sanne.email]
    assert "1 factuur van Anna de Vries staat nu op jouw naam" in message.subject
    assert "1 ding is overgezet" in read(marit, made.headers["Location"])
    company.decide(world.bram, raaf, "approve")
    assert company.task(raaf).holder == world.sanne

    company.grant(world.sanne, "administrator")
    asked = signed_in(world.sanne).post(page, {**wish, "from": world.sanne.id}).headers["Location"]
    company.withdraw(world.sanne, "administrator")
    run_jobs()
    assert "Er is niets overgezet" in read(marit, asked)
    with company.system():
        told = AuditEvent.objects.filter(name__startswith="transfer.").order_by("at", "id")
        names = ["transfer.asked", "transfer.made", "transfer.asked", "transfer.refused"]
        assert list(told.values_list("name", flat=True)) == names
    assert company.task(raaf).holder == world.sanne


def test_it_reaches_only_where_its_maker_may_and_nobody_else_sees_the_page(
    company: Company, world: World
) -> None:
    company.arrive()
    page, marit = reverse("transfer"), signed_in(world.marit)
    assert signed_in(world.bram).get(page).status_code == 403
    wish = {"from": world.anna.id, "to": world.bram.id, "what": ["invoices"]}
    made = marit.post(page, wish).headers["Location"]
    assert signed_in(world.otto).get(made).status_code == 404
    assert signed_in(world.bram).post(f"{made}undo/").status_code == 404
    assert marit.get(f"{page}?from={world.otto.id}").status_code == 404
    refused = marit.post(page, {**wish, "to": world.otto.id})
    assert refused.status_code == 422
    assert marit.post(page, {**wish, "what": []}).status_code == 422
    assert "Kies naar wie het gaat." in marit.post(page, {**wish, "to": ""}).content.decode()
    with company.system():
        assert Transfer.objects.count() == 1
    Books.of(company)
    owned = marit.post(page, {**wish, "what": ["cost_centres"]}).headers["Location"]
    assert "4100 Haven" in read(marit, owned) and "kostenplaats" in read(marit, owned)


def test_who_only_transfers_user_data_has_it_in_the_menu(company: Company, world: World) -> None:
    with company.system() as system:
        make_group(
            organisation_id=world.zwaluw.id, name="Overzetten", rights=["transfer"], actor=system, now=BEFORE
        )
    company.grant(world.bram, "Overzetten")
    item = f'<li><a href="{reverse("transfer")}"'
    assert item in read(signed_in(world.bram), reverse("worklist"))
    assert item not in read(signed_in(world.sanne), reverse("worklist"))
    assert item not in read(signed_in(world.marit), reverse("worklist"))  # it stands under Gebruikers
