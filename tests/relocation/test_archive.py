"""An organisation goes to another installation with everything, and nothing of it stays (rules 6.4, 6.6)."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import psycopg
from django.test import Client
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.verify import verify, verify_all
from omloop.booking.export_folder import add_export_folder
from omloop.booking.models import ExportFolder
from omloop.circulation.models import Assignment, Decision
from omloop.intake.models import Document
from omloop.mailbox.folders import add_folder
from omloop.mailbox.models import WatchedFolder
from omloop.organisations.members import member_scope
from omloop.organisations.models import ConnectionKey, Membership, Organisation
from omloop.organisations.rights import Right
from omloop.people.models import Person
from omloop.people.services import add_person
from omloop.relocation import signed
from omloop.relocation.between.contents import ARCHIVE, read_archive
from omloop.relocation.between.exporting import ROWS
from omloop.relocation.between.joining import ASKED, going_on, questions_for
from omloop.relocation.between.people import is_person_key
from omloop.relocation.manifest import take_manifest
from omloop.relocation.moves.links import links
from omloop.relocation.tables import tables
from omloop.tenancy import directory
from omloop.tenancy.history import WithHistory
from omloop.tenancy.scope import tenant_scope
from tests.relocation.installations import ADDRESS, KVK, Installation, Journey
from tests.strangers.victim import CANARY, SECRET, key_for

OF_THE_ENVIRONMENT = {
    "account_emailaddress",
    "environments_environmentdomain",
    "joining_invitation",
    "people_person",
    "relocation_moveplan",
}
"""Its domain, who asks to join it, whom it invites, and a plan: they have the canary in their own texts."""
LATE_AT = "2026-11-20T10:00:00+01:00"


@contextmanager
def inside(side: Installation, organisation_id: UUID) -> Iterator[None]:
    """In the organisation at one side, above the walls."""
    with side.here(as_owner=True), tenant_scope(None, [organisation_id]):
        yield


def test_everything_arrives_equal_and_the_trail_goes_on_unbroken(journey: Journey) -> None:
    journey.whole()
    contents, _ = read_archive(journey.archive)
    organisation_id, mark = journey.world.zwaluw.id, contents.counted.mark
    with journey.target.here(as_owner=True):
        assert take_manifest(mark) == contents.counted
    with inside(journey.target, organisation_id):
        verdict = verify(organisation_id)
        environment_id = Organisation.objects.get(id=organisation_id).environment_id
        assert directory.organisations_of("kvk", KVK) == [organisation_id]
    before = next(stream.rows for stream in contents.streams if stream.table == "audit_signature")
    assert (verdict.fault, verdict.unsealed, verdict.signatures) == ("", 0, before + 1)
    assert verdict.sealed > mark.number
    with journey.target.here(as_owner=True):
        assert {each.chain_id for each in verify_all()} == {organisation_id, environment_id}


def test_nothing_of_it_stays_at_the_source_but_where_it_went(journey: Journey) -> None:
    files = [path for path in journey.source.data.rglob("*") if path.is_file()]
    assert len(files) > 2
    journey.whole()
    journey.source.done("organisation", "export", KVK, "--forget")
    with psycopg.connect(journey.source.databases.owner(journey.source.name)) as owner:
        for table in tables():
            found = owner.execute(
                f"SELECT count(*) FROM {table.name} WHERE {table.owner} = %s", [journey.world.zwaluw.id]
            ).fetchall()
            assert found == [(int(table.model is Organisation),)], table.name
        names = owner.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        for (name,) in names:
            for word in (CANARY, SECRET):
                if word == CANARY and name in OF_THE_ENVIRONMENT:
                    continue
                like = f"%{word}%"
                assert not owner.execute(
                    f'SELECT 1 FROM "{name}" t WHERE t::text LIKE %s', [like]
                ).fetchall(), name
    assert [p for p in journey.source.data.rglob("*") if p.is_file() and p.parent.name != "keys"] == []
    with journey.source.here(as_owner=True):
        assert [each.fault for each in verify_all() if each.fault] == []


def test_whoever_still_comes_is_told_the_new_address_and_a_stranger_nothing(journey: Journey) -> None:
    world = journey.world
    with journey.source.here():
        key = key_for(world.sanne, world.zwaluw.id)
        with tenant_scope(None, [world.zwaluw.id]):
            document = Document.objects.filter(state="read").first()
            assert document
    journey.whole()
    with journey.source.here():
        page = open_as(world.sanne, f"/documents/{document.id}/original")
        assert page.status_code == 404
        assert ADDRESS in page.content.decode()
        assert ADDRESS not in open_as(world.otto, f"/documents/{document.id}/original").content.decode()
        answer = Client().get("/api/v1/documents", headers={"Authorization": f"Bearer {key}"})
        assert (answer.status_code, answer.json()["moved_to"]) == (410, ADDRESS)
        unknown = Client().get("/api/v1/documents", headers={"Authorization": "Bearer oml_never"})
        assert unknown.status_code == 401
    paper = journey.folder / "late.xml"
    paper.write_text("<late/>")
    assert journey.source.run("import", paper, "--organisation", KVK) == 1
    assert f"its organisation moved to {ADDRESS}" in journey.source.said


def open_as(person: Person, address: str) -> Any:
    client = Client()
    client.force_login(person)
    return client.get(address)


def test_while_it_leaves_it_can_be_read_and_not_changed(journey: Journey) -> None:
    world = journey.world
    journey.source.done(*journey.export())
    with journey.source.here():
        with member_scope(world.anna, now=timezone.now()):
            waiting = Assignment.objects.filter(holder=world.anna, ended_at=None).first()
            assert waiting
        anna = Client()
        anna.force_login(world.anna)
        assert anna.get(f"/invoices/{waiting.invoice_id}/").status_code == 200
        refused = anna.post(
            f"/invoices/{waiting.invoice_id}/decide/", {"assignment": waiting.id, "action": "approve"}
        )
        assert refused.status_code == 409
        assert "verhuist" in refused.content.decode()
        page = open_as(world.marit, f"/organisations/{world.zwaluw.id}/leaving/")
        assert "vertrekt" in page.content.decode()


def bring_late(journey: Journey, name: str) -> None:
    """Somebody still sends a file to the source, at a moment that has to survive."""
    paper = journey.folder / name
    paper.write_text(f"<late>{name}</late>")
    journey.source.done("import", paper, "--organisation", KVK, "--received-at", LATE_AT)


def test_what_comes_meanwhile_goes_along_with_its_instant_and_once(journey: Journey) -> None:
    journey.source.done(*journey.export())
    bring_late(journey, "one.xml")
    bring_late(journey, "one.xml")
    journey.target.done(*journey.take_in())
    bring_late(journey, "two.xml")
    journey.source.done(*journey.confirm())
    journey.target.done(*journey.open())
    journey.target.done(*journey.open())
    with inside(journey.target, journey.world.zwaluw.id):
        late = Document.objects.filter(filename__in=["one.xml", "two.xml"])
        assert sorted(late.values_list("filename", flat=True)) == ["one.xml", "two.xml"]
        assert {each.received_at for each in late} == {datetime.fromisoformat(LATE_AT)}


def test_called_off_it_goes_on_here_with_what_came_meanwhile(journey: Journey) -> None:
    journey.source.done(*journey.export())
    bring_late(journey, "one.xml")
    journey.source.done("organisation", "export", KVK, "--cancel")
    with inside(journey.source, journey.world.zwaluw.id):
        assert Document.objects.get(filename="one.xml").received_at == datetime.fromisoformat(LATE_AT)
    assert journey.source.run(*journey.export()) == 2  # the folder is of the one that was called off
    assert "holds something else" in journey.source.said


def test_without_the_agreement_of_an_administrator_nothing_begins(journey: Journey) -> None:
    with psycopg.connect(journey.source.databases.owner(journey.source.name), autocommit=True) as owner:
        owner.execute("UPDATE relocation_leavingagreement SET given_at = now() - interval '31 days'")
    before = journey.source.state()
    assert journey.source.run(*journey.export()) == 2
    assert "No administrator of this organisation agrees" in journey.source.said
    assert journey.source.state() == before


def test_the_source_closes_only_with_a_receipt_and_the_target_opens_only_with_its_farewell(
    journey: Journey,
) -> None:
    journey.source.done(*journey.export())
    assert journey.source.run("organisation", "export", KVK, "--forget") == 2
    journey.target.done(*journey.take_in())
    with journey.target.here():
        anna = Person.objects.get(email="anna@noordgroep.example")
        assert questions_for(anna) == []
        with tenant_scope(None, [journey.world.zwaluw.id]) as scope:
            assert scope.standing_still == {journey.world.zwaluw.id: "arriving"}
    assert journey.target.run("organisation", "import", journey.archive, "--cancel") == 2
    assert "--source-stays" in journey.target.said
    journey.source.done(*journey.confirm())
    assert journey.source.run("organisation", "export", KVK, "--cancel") == 2
    assert f"went to {ADDRESS}" in journey.source.said


def test_nobody_sees_it_before_he_says_who_he_was_and_then_he_goes_on(journey: Journey) -> None:
    journey.whole()
    place, then = journey.world.zwaluw.id, journey.world.anna.id
    with journey.target.here():
        anna = Person.objects.get(email="anna@noordgroep.example")
        olga = Person.objects.get(email="olga@nieuw.example")
        for person in (anna, olga):
            with member_scope(person, now=timezone.now()) as member:
                assert place not in member.rights
        assert Person.objects.get(id=then).is_active is False
        assert Person.objects.get(id=then).name == "Anna de Vries"
        client = Client()
        client.force_login(anna)
        assert "Anna de Vries bij Zwaluw" in client.get("/arrivals/").content.decode()
        assert "/arrivals/" in client.get("/", follow=True).content.decode()
        (question,) = questions_for(anna)
        stranger = Client()
        stranger.force_login(olga)
        assert stranger.post(f"/arrivals/{question.id}/", {"answer": "yes"}).status_code == 404
        assert client.post(f"/arrivals/{question.id}/", {"answer": "yes"}).status_code == 302
        assert client.post(f"/arrivals/{question.id}/", {"answer": "yes"}).status_code == 404
        with member_scope(anna, now=timezone.now()) as member:
            assert Right.APPROVE in member.rights[place]
            assert Assignment.objects.filter(holder=anna, ended_at=None).exists()
            assert Decision.objects.get().person_id == then
            held = Membership.objects.filter(person_id=then).get()
            assert held.valid.upper is not None
        assert directory.organisations_of(ASKED, "anna@noordgroep.example") == []


def test_who_says_no_gets_nothing_and_is_not_asked_again(journey: Journey) -> None:
    journey.whole()
    with journey.target.here():
        anna = Person.objects.get(email="anna@noordgroep.example")
        client = Client()
        client.force_login(anna)
        (question,) = questions_for(anna)
        client.post(f"/arrivals/{question.id}/", {"answer": "no"})
        assert questions_for(anna) == []
        with member_scope(anna, now=timezone.now()) as member:
            assert member.rights == {}


def test_an_address_that_is_not_verified_asks_nobody(journey: Journey) -> None:
    with journey.target.here():
        from allauth.account.models import EmailAddress

        EmailAddress.objects.filter(email="anna@noordgroep.example").update(verified=False)
    journey.whole()
    with journey.target.here():
        assert questions_for(Person.objects.get(email="anna@noordgroep.example")) == []


def test_no_secret_travels_and_keys_and_folders_end(journey: Journey) -> None:
    place, share = journey.world.zwaluw.id, journey.folder / "share"
    said = {"organisation_id": place, "actor": OPERATOR, "now": timezone.now()}
    with journey.source.here():
        text = key_for(journey.world.sanne, place)
        add_folder(path=share / "in", **said)
        add_export_folder(path=share / "out", forms=["csv"], **said)
    journey.whole()
    assert "Set anew here" in journey.target.said
    everything = b"".join(path.read_bytes() for path in journey.archive.rglob("*") if path.is_file())
    with journey.source.here():
        secrets = [Person.objects.get(id=journey.world.sanne.id).password, directory.hash_key(text).hex()]
    assert [secret for secret in (*secrets, str(share)) if secret.encode() in everything] == []
    with inside(journey.target, place):
        for folders in (WatchedFolder, ExportFolder):
            assert list(folders.objects.values_list("path", "is_on")) == [("", False)]
        keys = list(ConnectionKey.objects.all())
        assert keys
        assert all(key.revoked_at for key in keys)


def test_an_archive_of_an_older_version_that_lacks_a_column_is_read(journey: Journey) -> None:
    journey.source.done(*journey.export())
    make_older(journey, "intake_document", "received_from")
    make_older(journey, "organisations_organisation", "currency")
    journey.target.done(*journey.take_in())
    with inside(journey.target, journey.world.zwaluw.id):
        assert Organisation.objects.get(id=journey.world.zwaluw.id).currency == "EUR"
        assert set(Document.objects.values_list("received_from", flat=True)) == {None}
        assert Document.objects.count() == 6


def make_older(journey: Journey, table: str, column: str) -> None:
    """As a source would have written it that did not know the column yet."""
    (path,) = (journey.archive / ROWS).glob(f"*-{table}.copy")
    lines = [line.split("\t") for line in path.read_text().splitlines()]
    place = lines[0].index(column)
    data = "".join("\t".join(x for i, x in enumerate(line) if i != place) + "\n" for line in lines).encode()
    path.write_bytes(data)
    text = journey.archive / ARCHIVE
    said = json.loads(text.read_bytes().partition(b"\n")[2])
    stream = next(each for each in said["streams"] if each["table"] == table)
    stream["columns"].remove(column)
    stream.update(size=len(data), sha256=sha256(data).hexdigest())
    with journey.source.here():
        text.write_bytes(signed.write("archive", said))


def test_it_can_come_home_again_and_its_people_go_on_at_once(journey: Journey) -> None:
    journey.whole()
    journey.source.done("organisation", "export", KVK, "--forget")
    place, world = journey.world.zwaluw.id, journey.world
    agree_at_the_target(journey)
    home = Journey(journey.target, journey.source, journey.folder / "home", world, environment="Noordgroep")
    home.whole()
    with journey.source.here():
        with member_scope(world.sanne, now=timezone.now()) as sanne:
            assert Right.VIEW_ALL in sanne.rights[place]
            assert Document.objects.filter(organisation_id=place).count() == 5
        assert questions_for(world.sanne) == []


def agree_at_the_target(journey: Journey) -> None:
    """Marit registers there, is known again, and agrees that it goes back."""
    place = journey.world.zwaluw.id
    with journey.target.here():
        marit = add_person(email="marit@noordgroep.example", name="Marit Hoekstra")
        (question,) = questions_for(marit)
        client = Client()
        client.force_login(marit)
        client.post(f"/arrivals/{question.id}/", {"answer": "yes"})
        assert "Instemmen" in client.get(f"/organisations/{place}/leaving/").content.decode()
        client.post(f"/organisations/{place}/leaving/")
        client.post(f"/organisations/{place}/leaving/withdraw/")
        client.post(f"/organisations/{place}/leaving/")


def test_every_key_to_a_person_is_decided_upon() -> None:
    """A new one goes on with the account, begins anew with it, or stays with the placeholder as history."""
    history = {
        ("circulation_decision", "person"),
        ("circulation_exchangerate", "set_by"),
        ("circulation_decision", "for_person"),
        ("circulation_decision", "voided_by"),
        ("circulation_consultation", "person"),
        ("circulation_consultation", "asked_by"),
        ("disputes_dispute", "disputed_by"),
        ("disputes_dispute", "ended_by"),
        ("disputes_disputenote", "written_by"),
        ("circulation_proposedrule", "proposed_by"),
        ("booking_closing", "closed_by"),
        ("booking_closing", "reopened_by"),
        ("booking_batch", "made_by"),
        ("booking_exportprofile", "created_by"),
        ("booking_booking", "ended_by"),
        ("payees_accountcheck", "recorded_by"),
        ("payees_accountcheck", "confirmed_by"),
        ("payees_accountcheck", "ended_by"),
        ("payments_paymentbatch", "made_by"),
        ("payments_payment", "reported_by"),
        ("payments_payment", "ended_by"),
        ("coding_codingline", "typed_by"),
        ("coding_codingtemplate", "kept_by"),
        ("coding_confidentialaccount", "marked_by"),
        ("coding_confidentialaccount", "ended_by"),
        ("intake_setaside", "set_aside_by"),
        ("intake_setaside", "undone_by"),
        ("invoices_addedattachment", "added_by"),
        ("invoices_release", "released_by"),
        ("invoices_duplicate", "decided_by"),
        ("invoices_cancellation", "cancelled_by"),
        ("invoices_misdelivery", "sent_by"),
        ("invoices_confidentialsupplier", "marked_by"),
        ("invoices_confidentialsupplier", "ended_by"),
        ("recognition_typing", "typed_by"),
        ("invoices_savedfilter", "person"),
        ("notifications_notice", "person"),
        ("organisations_connectionkey", "holder"),
        ("organisations_activation", "asked_by"),
        ("organisations_receivinganswer", "answered_by"),
        ("relocation_ending", "asked_by"),
        ("retention_keptlonger", "set_by"),
        ("retention_keptlonger", "ended_by"),
        ("retention_removal", "proposed_by"),
        ("retention_removal", "confirmed_by"),
        ("retention_removal", "withdrawn_by"),
        ("relocation_endingconsent", "person"),
        ("relocation_leavingagreement", "person"),
        ("transfers_transfer", "person"),
        ("transfers_transfer", "made_by"),
    }
    goes_on = {(model._meta.db_table, field) for model, field, _ in going_on(datetime.now(UTC))}
    found = {
        (table.name, field.name)
        for table in tables()
        if not issubclass(table.model, WithHistory)
        for field in table.model._meta.concrete_fields
        if is_person_key(field)
    }
    assert found == history | goes_on
    assert not history & goes_on


def test_every_key_out_of_a_table_leads_to_what_travels_along_or_is_there() -> None:
    travels = {table.model for table in tables()} | {Person}
    leads_out = {
        (table.name, field.name)
        for table in tables()
        for field in table.model._meta.concrete_fields
        if field.is_relation and field.remote_field.model not in travels
    }
    assert leads_out == {
        ("organisations_organisation", "environment"),
        ("organisations_membership", "partnership"),  # stays behind
    }
    assert [(model._meta.db_table, column) for model, column in links()] == [
        ("organisations_share", "parent_id")
    ]  # goes along as a name
