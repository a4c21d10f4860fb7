"""Adding a company by its KvK number, activating it, and switching receiving on (rules 1.7)."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import lxml.html
import psycopg
import pytest
from django.db import connections
from django.test import Client, override_settings
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.environments.services import create_environment, give_role
from omloop.intake.models import Channel
from omloop.intake.services import accept
from omloop.organisations.activation import activate, ask_activation, is_activated
from omloop.organisations.founding import Company, add_organisation
from omloop.organisations.members import Member, RightMissing, member_scope, operator_member
from omloop.organisations.models import Activation, Identifier, Organisation, Receiving
from omloop.organisations.operator import NobodyThere, WhichOne, organisation_with
from omloop.organisations.receiving import add_identifier, switch_off, switch_on
from omloop.organisations.refusals import (
    AlreadyAsked,
    MayNotAdd,
    NotConfirmed,
    NumberImpossible,
    NumberTaken,
    NumberThere,
)
from omloop.organisations.rights import DefaultGroup, Right
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope
from tests.organisations import register as local
from tests.world import BEGINNING, World, make_person

KVK, VAT, OIN, GLN = Identifier.Scheme.values


@pytest.fixture
def kvk() -> Iterator[list[str]]:
    """The business register, with one company in it; what it was asked."""
    with (
        local.open_register(k68750110="Test BV Donald") as (address, asked),
        override_settings(REGISTER_URL=address, REGISTER_KEY=local.KEY),
    ):
        yield asked


def at_desk_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def filled_in(page: str) -> dict[str, str]:
    found: Any = lxml.html.fromstring(page)
    form = found.get_element_by_id("add")
    return {
        name: str(value)
        for name, value in form.fields.items()
        if value and name not in ("csrfmiddlewaretoken", "kind")
    }


def look_up(client: Client, number: str) -> str:
    return client.post("/organisations/add/look-up/", {"number": number}, follow=True).content.decode()


def omloop(*words: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "omloop", *words], capture_output=True, text=True, timeout=60
    )
    return ended.returncode, ended.stdout + ended.stderr


# Adding


def test_marit_types_a_number_and_the_register_fills_in_the_rest(world: World, kvk: list[str]) -> None:
    marit = at_desk_of(world.marit)
    page = look_up(marit, "6875 0110")
    assert "Gevonden in het Handelsregister" in page
    company = filled_in(page)
    assert company == {
        "name": "Test BV Donald",
        "kvk": "68750110",
        "street": "Hizzaarderlaan 3A bis",
        "postal_code": "8823 SJ",
        "city": "Lollum",
    }
    answer = marit.post("/organisations/add/", {**company, "kind": "operating"}, follow=True)
    page = answer.content.decode()
    assert "Test BV Donald is toegevoegd. Je bent er beheerder." in page
    assert "Hizzaarderlaan 3A bis, 8823 SJ Lollum" in page
    (made,) = directory.organisations_of("kvk", "68750110")
    with member_scope(world.marit, now=timezone.now()) as member:
        assert member.can(Right.MANAGE_MEMBERS, made)
        assert not member.can(Right.VIEW_ALL, made)
    assert len(kvk) == 1


def test_reloading_the_page_does_not_ask_the_register_again(world: World, kvk: list[str]) -> None:
    marit = at_desk_of(world.marit)
    look_up(marit, local.DONALD)
    for address in ("/organisations/add/register/", f"/organisations/add/?kvk={local.DONALD}"):
        marit.get(address, follow=True)
    assert len(kvk) == 1


@pytest.mark.parametrize(
    ("number", "key", "said"),
    [
        ("12345678", local.KEY, "Het Handelsregister kent geen bedrijf met dit nummer."),
        ("kvk?", local.KEY, "Het Handelsregister kent geen bedrijf met dit nummer."),
        (local.DONALD, "wrong", "Het Handelsregister weigert de sleutel"),
        (local.BROKEN, local.KEY, "Het Handelsregister antwoordt nu niet."),
    ],
)
def test_when_the_register_does_not_help_the_page_says_to_type_it_by_hand(
    world: World, kvk: list[str], number: str, key: str, said: str
) -> None:
    with override_settings(REGISTER_KEY=key):
        page = look_up(at_desk_of(world.marit), number)
    assert said in page
    assert "vul het bedrijf" in page
    assert filled_in(page) == {"kvk": number}


def test_offline_it_is_typed_by_hand_and_the_numbers_are_checked(world: World) -> None:
    marit = at_desk_of(world.marit)
    assert "Vul het bedrijf zelf in" in marit.get("/organisations/add/").content.decode()
    good = {"name": "Gemeente Hoorn", "kvk": "12345678", "vat": "NL900010010B01"}
    good |= {"oin": "00000003859123400000", "gln": "8712345000004"}
    for wrong, said in (
        ({"name": ""}, "Typ de naam"),
        ({"kvk": "1234"}, "Een KvK-nummer heeft acht cijfers"),
        ({"vat": "NL900010011B01"}, "De controlecijfers kloppen niet"),
        ({"oin": "12345678901234567890"}, "Een OIN heeft twintig cijfers"),
        ({"gln": "8712345000005"}, "Een GLN heeft dertien cijfers"),
        ({"kvk": "", "oin": ""}, "Typ het KvK-nummer"),
    ):
        answer = marit.post("/organisations/add/", {**good, **wrong})
        assert (answer.status_code, said in answer.content.decode()) == (422, True), wrong
    assert marit.post("/organisations/add/", good).status_code == 302
    (made,) = directory.organisations_of("kvk", "12345678")
    with tenant_scope(None, [made]):
        assert set(Identifier.objects.values_list("scheme", "confirmed_at")) == {
            (scheme, None) for scheme in Identifier.Scheme.values
        }


def test_a_body_without_a_kvk_number_is_known_by_its_oin(world: World) -> None:
    sent = {"name": "Gemeente Hoorn", "oin": "0000 0003 8591 2340 0000"}
    assert at_desk_of(world.marit).post("/organisations/add/", sent).status_code == 302


def test_adding_needs_the_right_of_its_own_and_being_administrator_is_not_it(world: World) -> None:
    ellen, partner = make_person("Ellen Bos"), make_person("Pim Partner")
    with tenant_scope(None, [], [world.noordgroep_id]):
        for person, role, adds in ((ellen, "administrator", False), (partner, "basic", True)):
            give_role(
                environment_id=world.noordgroep_id,
                person_id=person.id,
                role=role,
                adds_organisations=adds,
                actor=OPERATOR,
                now=BEGINNING,
            )
    assert at_desk_of(ellen).get("/organisations/add/").status_code == 403
    assert at_desk_of(ellen).post("/organisations/add/look-up/", {"number": "1"}).status_code == 403
    assert "Nog geen organisatie" in at_desk_of(partner).get("/organisations/").content.decode()
    sent = {"name": "Partner Holding B.V.", "kvk": "90005001"}
    assert at_desk_of(partner).post("/organisations/add/", sent).status_code == 302
    (made,) = directory.organisations_of("kvk", "90005001")
    with member_scope(partner, now=timezone.now()) as member:
        assert set(member.rights) == {made}
        assert member.environments == frozenset()


def test_nobody_adds_to_an_environment_of_others(world: World) -> None:
    with pytest.raises(MayNotAdd), member_scope(world.marit, now=timezone.now()) as marit:
        add_organisation(
            environment_id=world.elsewhere_id, company=Company(name="X"), actor=marit, now=timezone.now()
        )


def add(world: World, number: str, person: Person | None = None, environment: UUID | None = None) -> UUID:
    with member_scope(person or world.marit, now=timezone.now()) as member:
        made = add_organisation(
            environment_id=environment or world.noordgroep_id,
            company=Company(name=f"Bedrijf {number}", kvk=number),
            actor=member,
            now=timezone.now(),
        )
        return made.id


def add_elsewhere(world: World, number: str) -> tuple[Person, UUID]:
    """Pim has an environment of his own and adds this number there."""
    pim = make_person("Pim Elders")
    made = create_environment(name="Pim", administrator_id=pim.id, actor=OPERATOR, now=BEGINNING)
    return pim, add(world, number, pim, made.id)


def test_a_number_stands_in_an_environment_once(world: World) -> None:
    with pytest.raises(NumberThere):
        add(world, world.zwaluw.kvk)
    sent = {"name": "Zwaluw", "kvk": world.zwaluw.kvk}
    answer = at_desk_of(world.marit).post("/organisations/add/", sent)
    assert answer.status_code == 422
    assert "heeft dit nummer al" in answer.content.decode()


def test_two_who_add_the_same_number_at_once_make_one_organisation(world: World) -> None:
    start, ended = threading.Barrier(2), []

    def try_it() -> None:
        start.wait()
        try:
            add(world, "90007001")
            ended.append("done")
        except NumberThere:
            ended.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=try_it) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["done", "refused"]


# Activation


def test_marit_asks_the_operator_activates_and_the_page_says_so(world: World) -> None:
    marit, address = at_desk_of(world.marit), f"/organisations/{world.zwaluw.id}/"
    assert "niet geactiveerd" in marit.get(address).content.decode()
    marit.post(f"{address}activation/")
    page = marit.get(address).content.decode()
    assert "<b>Aangevraagd</b> door Marit Hoekstra" in page
    assert "Wacht op goedkeuring" in page
    status, said = omloop("organisation", "waiting")
    assert status == 0
    assert f"90001001  {world.zwaluw.id}  Zwaluw Techniek B.V.  activation, asked on" in said
    assert omloop("organisation", "activate", "90001001") == (0, "Zwaluw Techniek B.V. is activated.\n")
    page = marit.get(address).content.decode()
    assert "Geactiveerd" in page
    assert "Bevestigd" in page
    assert omloop("organisation", "waiting") == (0, "")
    with tenant_scope(None, [world.zwaluw.id]):
        found = Activation.objects.get()
        assert (found.kvk, found.asked_by_id, found.decided_by, found.outcome) == (
            "90001001",
            world.marit.id,
            "operator",
            "activated",
        )
        names = AuditEvent.objects.filter(name__startswith="activation.").order_by("id")
        assert list(names.values_list("name", flat=True)) == ["activation.asked", "activation.activated"]


def test_a_refusal_gives_its_reason_and_one_can_ask_again(world: World) -> None:
    marit, address = at_desk_of(world.marit), f"/organisations/{world.zwaluw.id}/"
    marit.post(f"{address}activation/")
    refused = omloop("organisation", "refuse", "90001001", "--reason", "Het uittreksel is te oud.")
    assert refused == (0, "Zwaluw Techniek B.V. is refused.\n")
    page = marit.get(address).content.decode()
    assert "Het uittreksel is te oud." in page
    assert "Vraag opnieuw aan" in page
    marit.post(f"{address}activation/")
    assert "Wacht op goedkeuring" in marit.get(address).content.decode()
    again = omloop("organisation", "refuse", "90001002", "--reason", "x")
    assert again[0] == 2
    assert "does not wait" in again[1]


def test_only_who_manages_settings_asks_and_once(world: World) -> None:
    assert at_desk_of(world.sanne).post(f"/organisations/{world.zwaluw.id}/activation/").status_code == 403
    with member_scope(world.marit, now=timezone.now()) as marit:
        ask_activation(organisation_id=world.zwaluw.id, actor=marit, now=timezone.now())
        with pytest.raises(AlreadyAsked):
            ask_activation(organisation_id=world.zwaluw.id, actor=marit, now=timezone.now())


def test_a_number_is_activated_once_and_asking_does_not_tell_who_has_it(
    world: World, owner: Callable[[], psycopg.Connection]
) -> None:
    make_active(world.zwaluw.id)
    pim, pims = add_elsewhere(world, world.zwaluw.kvk)
    page = at_desk_of(pim).post(f"/organisations/{pims}/activation/", follow=True)
    assert "Activering is aangevraagd" in page.content.decode()
    with pytest.raises(NumberTaken), tenant_scope(None, [pims]):
        activate(organisation_id=pims, actor=OPERATOR, now=timezone.now())
    status, said = omloop("organisation", "activate", str(pims))
    assert status == 2
    assert "belongs to another organisation" in said
    with owner() as above, pytest.raises(psycopg.errors.UniqueViolation, match="kvk_number_is_activated"):
        above.execute(
            "UPDATE organisations_activation SET outcome = 'activated', decided_at = now() "
            "WHERE organisation_id = %s",
            [pims],
        )


def make_active(organisation_id: UUID) -> None:
    with tenant_scope(None, [organisation_id]):
        activate(organisation_id=organisation_id, actor=OPERATOR, now=timezone.now())


def test_a_number_means_the_activated_one_else_the_only_one_else_the_operator_is_asked(
    world: World, tmp_path: Any
) -> None:
    assert organisation_with("9000 1001") == world.zwaluw.id
    _, pims = add_elsewhere(world, world.zwaluw.kvk)
    with pytest.raises(WhichOne, match=f"{world.zwaluw.id} .Zwaluw Techniek B.V.., {pims}"):
        organisation_with(world.zwaluw.kvk)
    (tmp_path / "x.xml").write_text("<html/>")
    status, said = omloop("import", str(tmp_path), "--organisation", world.zwaluw.kvk)
    assert status == 2
    assert str(pims) in said
    assert omloop("import", str(tmp_path), "--organisation", str(pims))[0] == 0
    make_active(pims)
    assert organisation_with(world.zwaluw.kvk) == pims
    assert organisation_with(str(world.zwaluw.id)) == world.zwaluw.id
    with pytest.raises(NobodyThere):
        organisation_with("99999999")
    with pytest.raises(NobodyThere):
        organisation_with(str(UUID(int=5)))


def test_the_operator_adds_a_number_again_unless_it_is_activated(world: World) -> None:
    words = ("90001001", "Zwaluw", "--environment", "Nieuw", "--administrator", "eva@nieuw.example")
    make_active(world.zwaluw.id)
    status, said = omloop("organisation", "add", *words)
    assert status == 2
    assert "in use" in said


def test_upload_and_command_line_need_no_activation(world: World) -> None:
    with tenant_scope(None, [world.zwaluw.id]):
        assert not is_activated(world.zwaluw.id)
        accepted = accept(
            organisation_id=world.zwaluw.id,
            data=b"<html/>",
            filename="x.xml",
            channel=Channel.COMMAND_LINE,
            actor=operator_member(world.zwaluw.id),
            now=timezone.now(),
        )
    assert accepted.outcome == "accepted"


# Receiving


def identifiers(organisation: Organisation) -> dict[str, Identifier]:
    with tenant_scope(None, [organisation.id]):
        return {each.scheme: each for each in Identifier.objects.filter(organisation=organisation)}


def on(organisation: Organisation) -> set[str]:
    with tenant_scope(None, [organisation.id]):
        rows = Receiving.objects.at(timezone.now()).filter(organisation=organisation)
        return set(rows.values_list("identifier__scheme", flat=True))


def change(service: Callable[..., Any], person: Person, organisation: Organisation, **more: Any) -> Any:
    with member_scope(person, now=timezone.now()) as member:
        return service(organisation_id=organisation.id, actor=member, now=timezone.now(), **more)


def test_receiving_is_off_until_switched_on_for_each_number(world: World) -> None:
    make_active(world.zwaluw.id)
    change(add_identifier, world.marit, world.zwaluw, scheme=VAT, number="NL900010010B01")
    kvk, vat = identifiers(world.zwaluw)[KVK], identifiers(world.zwaluw)[VAT]
    assert on(world.zwaluw) == set()
    with pytest.raises(NotConfirmed):
        change(switch_on, world.marit, world.zwaluw, identifier_ids=[vat.id])
    confirmed = omloop("organisation", "confirm", "90001001", "NL900010010B01")
    assert confirmed == (0, "9944:NL900010010B01 is confirmed.\n")
    change(switch_on, world.marit, world.zwaluw, identifier_ids=[vat.id])
    assert on(world.zwaluw) == {VAT}
    marit, numbers = at_desk_of(world.marit), f"/organisations/{world.zwaluw.id}/numbers/"
    marit.post(f"{numbers}{kvk.id}/receiving/", {"on": "1"})
    assert on(world.zwaluw) == {KVK, VAT}
    marit.post(f"{numbers}{vat.id}/receiving/")
    assert on(world.zwaluw) == {KVK}
    change(switch_off, world.marit, world.zwaluw, identifier_id=kvk.id)
    assert on(world.zwaluw) == set()
    with tenant_scope(None, [world.zwaluw.id]):
        names = AuditEvent.objects.filter(name__startswith="receiving.").order_by("id")
        assert [event.name.removeprefix("receiving.switched_") for event in names] == [
            "on",
            "on",
            "off",
            "off",
        ]


def test_without_activation_nothing_is_switched_on(world: World) -> None:
    kvk = identifiers(world.zwaluw)[KVK]
    with pytest.raises(NotConfirmed):
        change(switch_on, world.marit, world.zwaluw, identifier_ids=[kvk.id])
    with pytest.raises(RightMissing):
        change(switch_on, world.sanne, world.zwaluw, identifier_ids=[kvk.id])


def test_the_page_says_what_the_switch_does_today(world: World) -> None:
    make_active(world.zwaluw.id)
    page = at_desk_of(world.marit).get(f"/organisations/{world.zwaluw.id}/").content.decode()
    assert "Er wordt nog niets gepubliceerd" in page
    assert page.count('name="on" value="1"') == 1


def test_numbers_are_added_and_mistyped_ones_removed_on_the_page(world: World) -> None:
    marit, address = at_desk_of(world.marit), f"/organisations/{world.zwaluw.id}/numbers/"
    wrong = marit.post(address, {"scheme": GLN, "number": "8712345000005"}, follow=True)
    assert "Een GLN heeft dertien cijfers" in wrong.content.decode()
    assert set(identifiers(world.zwaluw)) == {KVK}
    marit.post(address, {"scheme": GLN, "number": "8712345000004"})
    gln = identifiers(world.zwaluw)[GLN]
    with pytest.raises(NumberThere):
        change(add_identifier, world.marit, world.zwaluw, scheme=GLN, number="8712345000004")
    with pytest.raises(NumberImpossible):
        change(add_identifier, world.marit, world.zwaluw, scheme=OIN, number="1")
    assert marit.post(address, {"scheme": "9999", "number": "1"}).status_code == 404
    marit.post(f"{address}{gln.id}/remove/")
    assert set(identifiers(world.zwaluw)) == {KVK}


def test_a_number_is_confirmed_for_one_organisation(world: World) -> None:
    for organisation, person in ((world.zwaluw, world.marit), (world.vuurtoren, world.otto)):
        make_active(organisation.id)
        change(add_identifier, person, organisation, scheme=GLN, number="8712345000004")
    assert omloop("organisation", "confirm", "90001001", "8712345000004")[0] == 0
    status, said = omloop("organisation", "confirm", "90001009", "8712345000004")
    assert status == 2
    assert "belongs to another organisation" in said
    assert "confirmation of a number, 8712345000004" in omloop("organisation", "waiting")[1].replace(
        "  ", ", "
    )


QUESTION = "e-facturen via het netwerk ontvangt?"


def test_at_sign_in_who_manages_settings_is_asked_once_for_each_organisation(world: World) -> None:
    assert QUESTION not in at_desk_of(world.marit).get("/").content.decode()
    make_active(world.zwaluw.id)
    make_active(world.beheer.id)
    for person in (world.anna, world.sanne):
        assert QUESTION not in at_desk_of(person).get("/").content.decode()
    marit = at_desk_of(world.marit)
    assert f"Noord Beheer B.V. {QUESTION}" in marit.get("/").content.decode()
    answer(marit, world.beheer, "never")
    assert f"Zwaluw Techniek B.V. {QUESTION}" in marit.get("/").content.decode()
    answer(marit, world.zwaluw, "later")
    assert QUESTION not in marit.get("/").content.decode()
    again = at_desk_of(world.marit)
    assert f"Zwaluw Techniek B.V. {QUESTION}" in again.get("/").content.decode()
    answer(again, world.zwaluw, "on")
    assert on(world.zwaluw) == {KVK}
    assert on(world.beheer) == set()
    assert QUESTION not in at_desk_of(world.marit).get("/").content.decode()


def answer(client: Client, organisation: Organisation, said: str) -> None:
    address = f"/organisations/{organisation.id}/receiving/answer/"
    assert client.post(address, {"answer": said, "next": "/"}).headers["Location"] == "/"


def test_who_switched_it_off_again_is_not_asked(world: World) -> None:
    make_active(world.zwaluw.id)
    kvk = identifiers(world.zwaluw)[KVK]
    change(switch_on, world.marit, world.zwaluw, identifier_ids=[kvk.id])
    change(switch_off, world.marit, world.zwaluw, identifier_id=kvk.id)
    assert QUESTION not in at_desk_of(world.marit).get("/").content.decode()


# Settings


def test_settings_change_and_the_page_and_the_trail_say_who_changed_what(world: World) -> None:
    marit, address = at_desk_of(world.marit), f"/organisations/{world.zwaluw.id}/settings/"
    sent = {"name": "Zwaluw Techniek B.V.", "kind": "operating", "street": "Ambachtsweg 8"}
    sent |= {"postal_code": "", "city": "Hoorn", "time_zone": "Europe/Lisbon", "currency": "EUR"}
    assert marit.post(address, sent).status_code == 302
    assert marit.post(address, {**sent, "time_zone": "Mars/Crater"}).status_code == 422
    with tenant_scope(None, [world.zwaluw.id]):
        event = AuditEvent.objects.get(name="organisation.changed")
        assert event.person_id == world.marit.id
        assert event.detail["time_zone"] == ["Europe/Amsterdam", "Europe/Lisbon"]
        assert set(event.detail) == {"kind", "street", "city", "time_zone"}
        assert Organisation.objects.get(id=world.zwaluw.id).address == "Ambachtsweg 8, Hoorn"
    page = marit.get(address).content.decode()
    assert "Europe/Amsterdam → Europe/Lisbon" in page
    assert at_desk_of(world.sanne).get(address).status_code == 403
    assert at_desk_of(world.otto).get(address).status_code == 404


def test_a_scope_grows_by_what_it_makes_and_by_nothing_else(world: World) -> None:
    made = add(world, "90008001")
    with member_scope(world.marit, now=timezone.now()) as marit:
        add_organisation(
            environment_id=world.noordgroep_id,
            company=Company(name="Nog een", kvk="90008002"),
            actor=marit,
            now=timezone.now(),
        )
        seen = set(Identifier.objects.values_list("number", flat=True))
    assert seen == {"90001001", "90001002", "90008001", "90008002"}
    with tenant_scope(None, []):
        assert not Identifier.objects.exists()
    assert isinstance(made, UUID)


def test_the_first_administrator_adds_a_second_and_gives_himself_nothing(world: World) -> None:
    from omloop.organisations.refusals import OwnRights
    from omloop.organisations.services import grant

    made = add(world, "90009001")
    with member_scope(world.marit, now=timezone.now()) as marit:
        assert isinstance(marit, Member)
        with pytest.raises(OwnRights):
            grant(
                organisation_id=made,
                person_id=world.marit.id,
                group=DefaultGroup.READER,
                actor=marit,
                now=timezone.now(),
            )
        grant(
            organisation_id=made,
            person_id=world.bram.id,
            group=DefaultGroup.ADMINISTRATOR,
            actor=marit,
            now=timezone.now(),
        )
    with member_scope(world.bram, now=timezone.now()) as bram:
        assert bram.can(Right.MANAGE_SETTINGS, made)
