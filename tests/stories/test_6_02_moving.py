"""Rule 6.2: an organisation moves to its own environment with everything; nothing is deleted."""

import json
from collections.abc import Callable

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.keys import public_key
from omloop.audit.verify import verify
from omloop.circulation.models import Decision
from omloop.environments.services import give_role
from omloop.intake.models import Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import system_scope
from omloop.organisations.models import ConnectionKey, Organisation
from omloop.organisations.services import make_connection_key
from omloop.people.models import Person
from omloop.relocation.manifest import is_authentic
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import Company
from tests.relocation.removal import FROM, TO, Choice, Removal
from tests.world import BEGINNING, World


@pytest.fixture
def removal(world: World, run_jobs: Callable[[], None]) -> Removal:
    return Removal(world, run_jobs)


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def invoice_of(removal: Removal, document_id: object) -> Invoice:
    with system_scope("test", removal.world.zwaluw.id):
        found: Invoice = Invoice.objects.get(document_id=document_id)
        return found


def test_marit_and_yusuf_agree_and_zwaluw_goes_its_own_way_by_the_pages(
    removal: Removal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told as they do it: from the empty list to the signed manifest."""
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    mail.outbox = []
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("check", world.bram), ("approve", world.anna))
    invoice = invoice_of(removal, removal.arrive(1))
    marit, yusuf = signed_in(world.marit), signed_in(removal.yusuf)
    moves = reverse("moves", args=[world.noordgroep_id])
    assert "Er is nog niets verhuisd" in marit.get(moves).content.decode()
    new = marit.post(
        reverse("new_move", args=[world.noordgroep_id]),
        {
            "organisations": [str(world.zwaluw.id)],
            "to": "new",
            "to_name": "Zwaluw",
            "to_email": removal.yusuf.email,
        },
    )
    page = new.headers["Location"]
    removal.plan_id = page.strip("/").split("/")[-1]
    assert "kies wie overneemt van Anna de Vries" in marit.get(page).content.decode()
    choices = {f"choice-{p.id}": Choice.LEAVES for p in (world.anna, world.bram, world.marit)}
    choices |= {f"choice-{world.sanne.id}": Choice.BOTH, f"choice-{removal.yusuf.id}": Choice.ALONG}
    takers = {f"successor-{world.zwaluw.id}-{p.id}": str(removal.yusuf.id) for p in (world.anna, world.bram)}
    assert marit.post(f"{page}people/", {**choices, **takers}).status_code == 302
    assert "Niets staat in de weg" in marit.get(page).content.decode()
    assert marit.post(f"{page}ask/").status_code == 302
    removal.run_jobs()
    [message] = mail.outbox
    assert message.to == [removal.yusuf.email] and page in message.body
    assert "Ga je ermee akkoord dat Zwaluw" in message.subject
    mail.outbox = []
    for client, side in ((marit, FROM), (yusuf, TO)):
        version = read_version(client.get(page).content.decode())
        client.post(f"{page}answer/", {"side": side, "answer": "consent", "version": version})
    assert "Omloop telt wat er verhuist" in marit.get(page).content.decode()
    assert "progress" in marit.get(page, headers={"HX-Request": "true"}).content.decode()
    removal.run_jobs()
    done = marit.get(page).content.decode()
    assert "Met alles verhuisd" in done and "Alles is er, alles gelijk" in done
    told = {address for message in mail.outbox for address in message.to if "met alles" in message.subject}
    assert told == {world.marit.email, removal.yusuf.email}
    assert marit.get(page, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    listed = yusuf.get(reverse("move_manifest", args=[*page_ids(removal), removal.movers()[0].id])).json()
    assert (
        is_authentic(listed["before"], public_key())
        and listed["before"]["manifest"] == listed["after"]["manifest"]
    )
    assert yusuf.get(reverse("invoice", args=[invoice.id])).status_code == 200


def read_version(page: str) -> str:
    """The version that the page asks consent for."""
    return page.split('name="version" value="')[1][:64]


def page_ids(removal: Removal) -> list[object]:
    plan = removal.plan()
    return [plan.to_environment_id, plan.id]


def test_documents_decisions_keys_and_the_audit_trail_go_along_unbroken(removal: Removal) -> None:
    world, company = removal.world, Company(removal.world, removal.world.zwaluw)
    company.rule(("check", world.bram), ("approve", removal.yusuf))
    document_id = removal.arrive(1)
    invoice = invoice_of(removal, document_id)
    company.decide(world.bram, invoice.id, "check")
    with system_scope("test", world.zwaluw.id) as system:
        _, text = make_connection_key(
            organisation_id=world.zwaluw.id,
            holder=removal.yusuf,
            name="ledger",
            actor=system,
            now=timezone.now(),
        )
    removal.propose()
    removal.choose(bram=Choice.LEAVES, successors={world.bram: removal.yusuf}, anna=Choice.LEAVES)
    plan = removal.move()
    assert plan.state == "done", plan.stopped_because
    with system_scope("test", world.zwaluw.id):
        assert Document.objects.get(id=document_id).organisation_id == world.zwaluw.id
        decision = Decision.objects.get(invoice=invoice)
        assert (decision.person_id, decision.action) == (world.bram.id, "check")
        assert ConnectionKey.objects.get().revoked_at is None
        verdict = verify(world.zwaluw.id)
        assert verdict.fault == "" and verdict.sealed > 10
    answer = Client().get("/api/v1/documents", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 200 and json.loads(answer.content)["items"], answer.content
    assert company.decide(removal.yusuf, invoice.id, "approve").invoice.state == "approved"


def test_an_existing_environment_takes_it_when_its_own_administrator_says_so(removal: Removal) -> None:
    world = removal.world
    with tenant_scope(None, [], [world.elsewhere_id]):
        give_role(
            environment_id=world.elsewhere_id, person_id=world.otto.id, role="administrator",
            actor=OPERATOR, now=BEGINNING,
        )  # fmt: skip
    removal.propose(to_name="", to_email=world.otto.email)
    removal.ask()
    removal.consent(world.marit, FROM)
    removal.consent(world.otto, TO, to_environment_id=world.elsewhere_id)
    removal.run_jobs()
    plan = removal.plan()
    assert (plan.state, plan.to_environment_id) == ("done", world.elsewhere_id), plan.stopped_because
    with tenant_scope(None, [], [world.elsewhere_id]):
        names = set(Organisation.objects.values_list("name", flat=True))
    assert names == {world.zwaluw.name, world.vuurtoren.name}


def test_an_old_link_works_for_who_has_access_tells_who_was_there_and_nothing_to_strangers(
    removal: Removal,
) -> None:
    world = removal.world
    address = reverse("invoice", args=[invoice_of(removal, removal.arrive(1)).id])
    secret = reverse("invoice", args=[secret_of(removal)])
    before = {person: signed_in(person).get(address).status_code for person in (world.sanne, world.otto)}
    assert before == {world.sanne: 200, world.otto: 404}
    removal.propose()
    removal.choose(sanne=Choice.LEAVES, successors={world.sanne: removal.yusuf})
    assert removal.move().state == "done"
    assert signed_in(removal.yusuf).get(address).status_code == 200
    gone = signed_in(world.sanne).get(address)
    assert gone.status_code == 410
    assert "Zwaluw Techniek B.V. is verhuisd" in gone.content.decode()
    assert "naar de omgeving Zwaluw" in gone.content.decode()
    assert signed_in(world.otto).get(address).status_code == 404
    assert signed_in(world.sanne).get(secret).status_code == 404
    assert Client().get(address).status_code == 302
    assert (
        signed_in(world.sanne).get(reverse("invoice", args=[world.zwaluw.environment_id])).status_code == 404
    )


def secret_of(removal: Removal) -> object:
    document_id = removal.arrive(13, confidential=True)
    with system_scope("test", removal.world.zwaluw.id):
        return Invoice.objects.get(document_id=document_id).id
