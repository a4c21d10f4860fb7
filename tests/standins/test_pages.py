"""The pages of an absence: one's own, those of others, strangers, errors and the forecast (rules 4.1-4.6)."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import lxml.html
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.absences.models import AbsenceCover
from omloop.absences.services import set_absence
from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.organisations.members import member_scope
from omloop.organisations.rights import DefaultGroup
from omloop.organisations.services import withdraw
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.world import World

FIRST = timezone.localdate() + timedelta(days=20)
LAST = FIRST + timedelta(days=30)


def at_desk_of(person: Person) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(person)
    return client


def wish(substitute: Person, first: date = FIRST, last: date = LAST) -> dict[str, str]:
    return {
        "first_on": first.isoformat(),
        "last_on": last.isoformat(),
        "substitute": str(substitute.id),
    }


def where(page: str) -> list[tuple[str, str]]:
    """Who gets each example, and why, as the page says it; what was tried comes last."""
    tree: Any = lxml.html.fromstring(page)
    found = []
    for row in tree.xpath('//*[@aria-labelledby="where-title"]//tbody/tr'):
        holder = row.xpath('string(td[1]//*[@class="person"]/span[2])') or row.xpath("string(td[1])")
        found.append((holder, row.xpath("string(td[2])")))
    for tried in tree.xpath('//*[@id="where"]//output/b'):
        found.append((tried.text, " ".join(tried.tail.split())))
    return found


def set_for(world: World, person: Person, first: date = FIRST, last: date = LAST) -> UUID:
    with member_scope(person, now=timezone.now()) as actor:
        return set_absence(
            person_id=person.id,
            first_on=first,
            last_on=last,
            substitute_id=world.bram.id if person != world.bram else world.anna.id,
            actor=actor,
            now=timezone.now(),
        )


def covers_of(person: Person) -> list[AbsenceCover]:
    with member_scope(person, now=timezone.now()):
        return list(AbsenceCover.objects.filter(person=person, cancelled_at=None).order_by("organisation"))


def test_anna_sets_her_absence_and_sees_it_in_her_list(world: World) -> None:
    anna = at_desk_of(world.anna)
    page = anna.get("/absences/").content.decode()
    assert "Geen afwezigheid gepland" in page
    answer = anna.post("/absences/new/", {**wish(world.bram), "takes_what_reaches": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/absences/")
    assert {c.organisation_id for c in covers_of(world.anna)} == {world.zwaluw.id, world.beheer.id}
    assert all(c.takes_what_reaches and c.last_on == LAST for c in covers_of(world.anna))
    page = anna.get("/absences/").content.decode()
    assert "Bram Willems" in page
    assert "ingesteld door Anna de Vries" in page
    assert 'role="img"' in page
    assert "style=" not in page


def test_another_substitute_in_one_organisation(world: World) -> None:
    field = f"substitute_{world.beheer.id.hex}"
    at_desk_of(world.anna).post("/absences/new/", {**wish(world.bram), field: str(world.sanne.id)})
    got = {cover.organisation_id: cover.substitute_id for cover in covers_of(world.anna)}
    assert got == {world.zwaluw.id: world.bram.id, world.beheer.id: world.sanne.id}
    assert "Sanne Bakker bij Noord Beheer B.V." in at_desk_of(world.anna).get("/absences/").content.decode()


def test_sanne_sets_annas_absence_and_anna_sees_who_did(world: World) -> None:
    sanne = at_desk_of(world.sanne)
    listed = sanne.get("/absences/others/").content.decode()
    assert "Niemand is afwezig" in listed
    chosen = sanne.get("/absences/others/new/", {"person": str(world.anna.id)})
    answer = sanne.post(chosen.headers["Location"], wish(world.bram))
    assert answer.headers["Location"] == "/absences/others/"
    assert "Anna de Vries" in sanne.get("/absences/others/").content.decode()
    assert "ingesteld door Sanne Bakker" in at_desk_of(world.anna).get("/absences/").content.decode()
    with member_scope(world.sanne, now=timezone.now()):
        events = AuditEvent.objects.filter(name="absence.set")
        assert {(e.person_id, e.for_person_id) for e in events} == {(world.sanne.id, world.anna.id)}


def test_a_change_and_a_withdrawal_by_another_are_seen_by_anna(world: World) -> None:
    absence_id = set_for(world, world.anna)
    sanne, anna = at_desk_of(world.sanne), at_desk_of(world.anna)
    answer = sanne.post(f"/absences/others/{absence_id}/", wish(world.marit, last=FIRST))
    assert answer.status_code == 302
    page = anna.get(f"/absences/{absence_id}/").content.decode()
    assert page.index("Anna de Vries</b>") < page.index("Sanne Bakker</b>")
    assert [cover.substitute_id for cover in covers_of(world.anna)] == [world.marit.id] * 2
    assert sanne.post(f"/absences/{absence_id}/withdraw/").headers["Location"] == "/absences/others/"
    assert covers_of(world.anna) == []
    assert "ingetrokken door Sanne Bakker" in anna.get("/absences/").content.decode()
    assert anna.get(f"/absences/{absence_id}/", follow=True).redirect_chain == [("/absences/", 302)]
    assert sanne.get(f"/absences/{absence_id}/withdraw/").status_code == 405


def test_who_manages_one_organisation_changes_it_there_and_anna_sees_the_difference(world: World) -> None:
    absence_id = set_for(world, world.anna)
    with tenant_scope(None, [world.beheer.id]):
        withdraw(
            organisation_id=world.beheer.id,
            person_id=world.sanne.id,
            group=DefaultGroup.FINANCE,
            actor=OPERATOR,
            now=timezone.now(),
        )
    at_desk_of(world.sanne).post(f"/absences/others/{absence_id}/", wish(world.bram, last=FIRST))
    lasts = {cover.organisation_id: cover.last_on for cover in covers_of(world.anna)}
    assert lasts == {world.zwaluw.id: FIRST, world.beheer.id: LAST}
    anna = at_desk_of(world.anna)
    page = anna.get(f"/absences/{absence_id}/").content.decode()
    assert "Met opslaan worden de dagen overal gelijk." in page
    anna.post(f"/absences/{absence_id}/", wish(world.bram))
    assert {cover.last_on for cover in covers_of(world.anna)} == {LAST}
    assert "overal gelijk" not in anna.get(f"/absences/{absence_id}/").content.decode()


@pytest.mark.parametrize(("who", "status"), [("otto", 404), ("bram", 403)])
def test_strangers_and_colleagues_without_the_right_change_nothing(
    world: World, who: str, status: int
) -> None:
    absence_id = set_for(world, world.anna)
    client = at_desk_of(world.people[who])
    for address in (f"/absences/{absence_id}/", f"/absences/others/{absence_id}/"):
        assert client.get(address).status_code == status
        assert client.post(address, wish(world.sanne)).status_code == status
    assert client.post(f"/absences/{absence_id}/withdraw/").status_code == status
    later = wish(world.sanne, LAST + timedelta(days=9), LAST + timedelta(days=9))
    assert client.post(f"/absences/others/new/{world.anna.id}/", later).status_code == status
    assert [cover.substitute_id for cover in covers_of(world.anna)] == [world.bram.id] * 2
    assert "Anna" not in client.get("/absences/").content.decode()


def test_unknown_ids_are_not_found_and_a_visitor_is_sent_to_sign_in(world: World) -> None:
    sanne = at_desk_of(world.sanne)
    assert sanne.get(f"/absences/{uuid4()}/").status_code == 404
    assert sanne.get(f"/absences/others/new/{uuid4()}/").status_code == 404
    assert sanne.get("/absences/others/new/", {"person": "x"}).status_code == 404
    assert Client().get("/absences/").status_code == 302


def test_who_manages_nobodys_absences_does_not_get_the_list_of_others(world: World) -> None:
    assert at_desk_of(world.bram).get("/absences/others/").status_code == 403
    otto = at_desk_of(world.otto).get("/absences/others/").content.decode()
    assert "Anna" not in otto
    set_for(world, world.anna)
    assert "Anna" not in at_desk_of(world.otto).get("/absences/others/").content.decode()


def test_errors_stand_at_their_field_and_say_what_to_do(world: World) -> None:
    set_for(world, world.anna)
    anna = at_desk_of(world.anna)
    today = timezone.localdate()
    wrong = {
        "Kies dagen daarbuiten, of wijzig die periode": wish(world.bram, LAST, LAST),
        "De laatste dag ligt vóór de eerste": wish(world.bram, FIRST, FIRST - timedelta(days=1)),
        "Kies vandaag of later": wish(world.bram, today - timedelta(days=3), today),
        "Kies iemand uit de lijst": wish(world.otto, LAST + timedelta(days=2), LAST + timedelta(days=2)),
        "Kies wie je vervangt": {"first_on": FIRST.isoformat(), "last_on": LAST.isoformat()},
        "Kies de laatste dag van de afwezigheid": {
            "first_on": FIRST.isoformat(),
            "substitute": str(world.bram.id),
        },
    }
    for sentence, sent in wrong.items():
        answer = anna.post("/absences/new/", sent)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()
        assert 'aria-invalid="true"' in answer.content.decode()
    assert len(covers_of(world.anna)) == 2


def test_where_does_an_invoice_go(world: World) -> None:
    absence_id = set_for(world, world.anna)
    anna = at_desk_of(world.anna)
    tried = {"import_date": LAST.isoformat()}
    assert where(anna.get(f"/absences/{absence_id}/", tried).content.decode()) == [
        ("Anna de Vries", "Vóór de eerste dag."),
        ("Bram Willems", "Valt in de periode."),
        ("Anna de Vries", "Na de laatste dag."),
        (
            "Anna de Vries",
            "Anna is dan afwezig en niemand neemt dit over: het wacht tot iemand het overdraagt.",
        ),
        ("Bram Willems", ". De laatste dag telt mee."),
    ]


def test_the_forecast_follows_the_form_before_it_is_saved(world: World) -> None:
    set_for(world, world.bram, first=FIRST, last=FIRST)
    asked = {**wish(world.bram, first=FIRST - timedelta(days=1)), "takes_what_reaches": "on"}
    anna = at_desk_of(world.anna)
    answer = anna.get(
        "/absences/new/", {**asked, "import_date": FIRST.isoformat()}, headers={"HX-Request": "true"}
    )
    part = answer.content.decode()
    assert part.strip().startswith('<div class="section" id="where">')
    assert "HX-Request" in answer.headers["Vary"]
    assert where(answer.content.decode())[3] == (
        "Bram Willems",
        "Eerder binnengekomen, en in de periode aan Anna toe.",
    )
    assert where(answer.content.decode())[4] == (
        "Financiële administratie",
        ". Valt in de periode. Bram is zelf ook afwezig; Anna vervangt. "
        "Ze vervangen elkaar, dus er blijft niemand over.",
    )
    assert covers_of(world.anna) == []


def test_the_gap_of_a_substitute_who_may_not_approve_is_shown(world: World) -> None:
    with tenant_scope(None, [world.beheer.id]):
        withdraw(
            organisation_id=world.beheer.id,
            person_id=world.bram.id,
            group=DefaultGroup.APPROVER,
            actor=OPERATOR,
            now=timezone.now(),
        )
    absence_id = set_for(world, world.anna)
    anna = at_desk_of(world.anna)
    answer = anna.get(f"/absences/{absence_id}/", {"at": str(world.beheer.id)})
    assert (
        "Bram mag bij Noord Beheer B.V. niet akkoord geven: zulke facturen gaan daar naar de "
        "financiële administratie." in answer.content.decode()
    )
    assert where(answer.content.decode())[1] == (
        "Financiële administratie",
        "Valt in de periode. Bram mag bij Noord Beheer B.V. niet akkoord geven.",
    )
    assert "bij Zwaluw Techniek B.V. niet akkoord" not in answer.content.decode()


def test_everything_is_there_in_english_too(world: World) -> None:
    Person.objects.filter(id=world.anna.id).update(language="en")
    absence_id = set_for(world, world.anna)
    page = at_desk_of(Person.objects.get(id=world.anna.id)).get(f"/absences/{absence_id}/").content.decode()
    for words in ("Where does an invoice go?", "Before the first day.", "Save the absence"):
        assert words in page


def test_the_number_of_queries_does_not_grow_with_the_number_of_absences(world: World) -> None:
    def queries(client: Client, address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    pages = [(at_desk_of(world.anna), "/absences/"), (at_desk_of(world.sanne), "/absences/others/")]
    set_for(world, world.anna)
    few = [queries(*page) for page in pages]
    for number in range(1, 9):
        day = LAST + timedelta(days=2 * number)
        set_for(world, world.anna, day, day)
        set_for(world, world.bram, day, day)
    assert [queries(*page) for page in pages] == few


def test_an_organisation_sets_its_defaults_and_a_form_says_where_they_differ(world: World) -> None:
    marit, anna = at_desk_of(world.marit), at_desk_of(world.anna)
    assert anna.get("/absences/defaults/").status_code == 403
    assert "Zwaluw Techniek B.V." in marit.get("/absences/defaults/").content.decode()
    address = f"/absences/defaults/{world.zwaluw.id}/"
    assert anna.post(address, {"takes_what_is_open": "on"}).status_code == 403
    assert marit.post(address, {"takes_what_is_open": "on"}).status_code == 302
    page = anna.get("/absences/new/").content.decode()
    assert "Alleen bij Zwaluw Techniek B.V." in page
    assert 'name="returns_what_is_left"' in page
    anna.post("/absences/new/", {**wish(world.bram), "returns_what_is_left": "on"})
    got = {c.organisation_id: (c.takes_what_is_open, c.returns_what_is_left) for c in covers_of(world.anna)}
    assert got == {world.zwaluw.id: (True, True), world.beheer.id: (False, True)}
    (absence_id,) = {c.absence_id for c in covers_of(world.anna)}
    anna.post(f"/absences/{absence_id}/", {**wish(world.bram), "takes_what_is_open": "no"})
    assert {(c.takes_what_is_open, c.returns_what_is_left) for c in covers_of(world.anna)} == {(False, False)}
    empty = anna.get(f"/absences/{absence_id}/open/").content.decode()
    assert "Er staat niets open" in empty
