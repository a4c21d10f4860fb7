"""Rule 6.5: what is past its term goes, by two people, after an export and a waiting time; the rest stays."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import psycopg
import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from omloop.audit.verify import verify
from omloop.circulation.models import Assignment, Decision, Step
from omloop.intake.containers import bring
from omloop.intake.files import place_of
from omloop.intake.models import Channel, Container, Delivery, Document
from omloop.invoices.models import Invoice, InvoiceLine, Validation
from omloop.organisations.holding import hold
from omloop.organisations.members import system_scope
from omloop.organisations.models import Organisation
from omloop.relocation import signed
from omloop.relocation.ending import export as ending_export
from omloop.relocation.ending.deleting import delete_documents
from omloop.relocation.ending.models import Ending
from omloop.relocation.ending.refusals import ExportMissing, NotClosed, NothingMayGo, TooLateToCallOff
from omloop.relocation.ending.retention import read_terms
from omloop.relocation.ending.tasks import see_to_due
from omloop.retention.going import Reckoning
from omloop.retention.models import Destroyed
from omloop.retention.terms import kept_until
from tests.paper_mail import mail as paper_mail
from tests.relocation.farewell import Farewell, signed_in
from tests.world import World

OLD, YOUNG = datetime(2018, 12, 31, 12, tzinfo=UTC), datetime(2025, 5, 1, 12, tzinfo=UTC)
HANGING = (Delivery, Validation, Invoice, InvoiceLine, Step, Assignment, Decision)


@pytest.fixture
def farewell(world: World, run_jobs: Callable[[], None]) -> Farewell:
    return Farewell(world, run_jobs)


@pytest.fixture
def old(farewell: Farewell) -> UUID:
    """Zwaluw is closed with one old document and one young one; the old one."""
    document_id = farewell.decided(1, OLD)
    farewell.decided(2, YOUNG)
    farewell.date_back(date(2018, 12, 30), document_id=document_id)
    farewell.close()
    return document_id


def path_of(world: World, document_id: UUID) -> Path:
    with system_scope("test", world.zwaluw.id):
        return Path(settings.DATA) / place_of(world.zwaluw.id, Document.objects.get(id=document_id).sha256)


def after_waiting(ending: Ending) -> datetime:
    assert ending.due_at
    return ending.due_at + timedelta(minutes=1)


def documents_of(world: World) -> set[UUID]:
    with system_scope("test", world.zwaluw.id):
        return set(Document.objects.values_list("id", flat=True))


def test_what_is_lost_is_listed_before_in_numbers_and_the_export_has_all_of_it(
    farewell: Farewell, old: UUID
) -> None:
    """Told as they do it, by the pages."""
    world = farewell.world
    marit, sanne = signed_in(world.marit), signed_in(world.sanne)
    page = reverse("ending", args=[world.zwaluw.id])
    shown = marit.get(page).content.decode()
    assert "Mag nu weg" in shown and "het laatste op 1 januari 2034" in shown
    marit.post(f"{page}ask/", {"kind": "delete"})
    asked = farewell.under_way()
    assert asked is not None
    with pytest.raises(ExportMissing):
        farewell.consent(asked)
    farewell.run_jobs()
    export = reverse("ending_export", args=[world.zwaluw.id, asked.id])
    assert marit.get(export).status_code == 403
    data = b"".join(sanne.get(export).streaming_content)
    assert sha256(data).hexdigest() == farewell.ending(asked).export_sha256
    with ZipFile(BytesIO(data)) as parcel:
        names = parcel.namelist()
        assert {"documents.csv", "decisions.csv"} < set(names)
        assert len([name for name in names if name.startswith("files/")]) == 2
        assert "Anna de Vries" in parcel.read("decisions.csv").decode()


def test_after_thirty_days_the_old_goes_and_the_young_stays_readable(
    farewell: Farewell, old: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "EMAIL_BACKEND", "django.core.mail.backends.locmem.EmailBackend")
    mail.outbox = []
    world, gone = farewell.world, path_of(farewell.world, old)
    agreed = farewell.agree_to_delete()
    assert agreed.state == "agreed"
    see_to_due(timezone.now() + timedelta(days=29, hours=12))
    farewell.run_jobs()
    assert old in documents_of(world) and gone.exists()
    see_to_due(after_waiting(agreed))
    farewell.run_jobs()
    assert old not in documents_of(world) and len(documents_of(world)) == 1
    assert not gone.exists() and not ending_export.path_of(world.zwaluw.id, agreed.id).exists()
    with system_scope("test", world.zwaluw.id):
        for table in HANGING:
            assert table.objects.exists(), f"{table} of the young one"
        assert set(Invoice.objects.values_list("document_id", flat=True)) == documents_of_young()
        row = Destroyed.objects.get()
        assert (row.document_id, row.number, row.import_date) == (old, "EIND-1", OLD.date())
        assert row.file_gone_at is not None
        assert verify(world.zwaluw.id).fault == ""
    done = farewell.ending(agreed)
    assert (done.state, done.done, done.total) == ("done", 1, 1)
    subjects = [message.subject for message in mail.outbox]
    assert any("Stem je in met het verwijderen" in subject for subject in subjects)
    assert any("Herinnering" in subject for subject in subjects)
    assert any("zijn verwijderd" in subject for subject in subjects)
    assert [m.to for m in mail.outbox if "zijn verwijderd" in m.subject].count([farewell.olga.email]) == 1


def on(farewell: Farewell, day: date) -> Reckoning:
    noon = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=12)
    return Reckoning.of(Organisation.objects.get(id=farewell.world.zwaluw.id), now=noon)


def documents_of_young() -> set[UUID]:
    return set(Document.objects.values_list("id", flat=True))


def test_the_certificate_is_signed_and_its_hash_stands_in_the_trail(farewell: Farewell, old: UUID) -> None:
    world, agreed = farewell.world, farewell.agree_to_delete()
    see_to_due(after_waiting(agreed))
    farewell.run_jobs()
    address = reverse("ending_certificate", args=[world.zwaluw.id, agreed.id])
    text = signed_in(farewell.olga).get(address).content
    said = json.loads(signed.read("certificate", text).said)
    assert [each["document"] for each in said["documents"]] == [str(old)]
    listed = json.dumps({"documents": said["documents"]}, sort_keys=True).encode()
    assert sha256(listed).hexdigest() == said["list"] == farewell.ending(agreed).certificate
    with pytest.raises(signed.NotAuthentic):
        signed.read("certificate", text.replace(b"EIND-1", b"EIND-9"))
    assert signed_in(world.anna).get(address).status_code == 403


def test_either_side_calls_it_off_while_it_waits_and_the_export_goes(farewell: Farewell, old: UUID) -> None:
    world, agreed = farewell.world, farewell.agree_to_delete()
    assert farewell.call_off(agreed, by=farewell.olga).state == "withdrawn"
    see_to_due(after_waiting(agreed))
    farewell.run_jobs()
    assert old in documents_of(world)
    assert not ending_export.path_of(world.zwaluw.id, agreed.id).exists()
    with pytest.raises(TooLateToCallOff):
        farewell.call_off(agreed, by=world.marit)


def test_only_a_closed_organisation_with_something_past_its_term_loses_documents(farewell: Farewell) -> None:
    farewell.decided(2, YOUNG)
    with pytest.raises(NotClosed):
        farewell.ask("delete")
    farewell.close()
    with pytest.raises(NothingMayGo):
        farewell.ask("delete")


def test_the_database_itself_refuses_to_agree_without_an_export(farewell: Farewell, old: UUID) -> None:
    from django.db import IntegrityError

    asked = farewell.ask("delete")
    with (
        pytest.raises(IntegrityError, match="deleting_comes_after_an_export"),
        system_scope("test", farewell.world.zwaluw.id),
    ):
        hold(farewell.world.zwaluw.id)
        Ending.objects.filter(id=asked.id).update(state="agreed")


def test_a_wrong_date_on_an_invoice_shortens_no_term() -> None:
    assert kept_until(date(2020, 6, 1), None, 12) == date(2027, 12, 31)
    assert kept_until(date(2020, 6, 1), date(1, 1, 1), 12) == date(2027, 12, 31)
    assert kept_until(date(2020, 1, 3), date(2021, 12, 31), 12) == date(2028, 12, 31)
    assert kept_until(date(2020, 1, 3), date(9999, 12, 31), 12).year == 9995


def test_the_last_day_of_the_term_still_counts(farewell: Farewell, old: UUID) -> None:
    with system_scope("test", farewell.world.zwaluw.id):
        inside = read_terms(on(farewell, date(2025, 12, 31)))
        outside = read_terms(on(farewell, date(2026, 1, 1)))
    assert (inside.goes.documents, inside.stays.documents) == (0, 2)
    assert inside.next_on == date(2026, 1, 1)
    assert (outside.goes.documents, outside.goes.invoices, outside.goes.decisions) == (1, 1, 1)
    assert outside.stays.documents == 1 and outside.last_on == date(2034, 1, 1)


def test_a_job_that_runs_twice_or_died_before_the_files_finds_what_is_left(
    farewell: Farewell, old: UUID, owner: Callable[[], psycopg.Connection]
) -> None:
    world, gone, agreed = farewell.world, path_of(farewell.world, old), farewell.agree_to_delete()
    data = gone.read_bytes()
    see_to_due(after_waiting(agreed))
    delete_documents(agreed.id, world.zwaluw.id, now=timezone.now())
    gone.write_bytes(data)
    with owner() as above:
        above.execute("UPDATE retention_destroyed SET file_gone_at = NULL")
    farewell.run_jobs()
    assert not gone.exists()
    assert farewell.ending(agreed).done == 1


def test_a_mail_goes_with_the_last_of_its_documents(farewell: Farewell) -> None:
    world = farewell.world
    old, young = farewell.decided(1, OLD), farewell.decided(2, YOUNG)
    papers = [path_of(world, document_id).read_bytes() for document_id in (old, young)]
    alone, both = paper_mail(("1.xml", papers[0])), paper_mail(("1.xml", papers[0]), ("2.xml", papers[1]))
    for data in (alone, both):
        with system_scope("test", world.zwaluw.id) as actor:
            place = {"organisation_id": world.zwaluw.id, "actor": actor, "now": timezone.now()}
            bring(data=data, filename="post.eml", channel=Channel.MAIL, **place)
    kept = [
        Path(settings.DATA) / place_of(world.zwaluw.id, sha256(data).hexdigest()) for data in (alone, both)
    ]
    farewell.date_back(date(2018, 12, 30), document_id=old)
    farewell.close()
    see_to_due(after_waiting(farewell.agree_to_delete()))
    farewell.run_jobs()
    assert documents_of(world) == {young}
    assert [path.exists() for path in kept] == [False, True]
    with system_scope("test", world.zwaluw.id):
        assert Container.objects.get().sha256 == kept[1].name
        assert Destroyed.objects.filter(file_gone_at=None).count() == 0
        assert Destroyed.objects.count() == 2
