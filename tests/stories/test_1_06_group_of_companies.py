"""Companies form a group, which gives no right; and the wizard of a joint company (rules 1.6)."""

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import lxml.html
import psycopg
import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.organisations.holding import hold
from omloop.organisations.members import RightMissing, member_scope
from omloop.organisations.models import Organisation, Share
from omloop.organisations.refusals import Circle, ParentElsewhere, ParentTwice, SharesRefused, TooMuch
from omloop.organisations.rights import DefaultGroup, Right
from omloop.organisations.services import grant
from omloop.organisations.shares import Part, set_parents
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.scope import tenant_scope
from tests.world import World, make_organisation, make_person, place


@pytest.fixture
def holding(world: World) -> Organisation:
    return make_organisation(world.noordgroep_id, "Noord Holding B.V.", "90001003", world.marit)


def part(percent: int | str, parent: Organisation | str) -> Part:
    if isinstance(parent, str):
        return Part(Decimal(percent), parent_name=parent)
    return Part(Decimal(percent), parent_id=parent.id)


def own(world: World, company: Organisation, *parts: Part) -> None:
    with member_scope(world.marit, now=timezone.now()) as marit:
        set_parents(organisation_id=company.id, parts=parts, actor=marit, now=timezone.now())


def at_desk_of(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def tree(page: str) -> list[tuple[int, str, str]]:
    """How deep each company stands, its name, and what is said of it."""
    found: Any = lxml.html.fromstring(page)
    return [
        (
            len(node.xpath("ancestor::ul")) - 1,
            node.xpath("string(span[1]/text()|span[1]/b/text())").strip(),
            " ".join(node.xpath("string(span[1]/small)").split()),
        )
        for node in found.xpath('//main//a[@class="node"]')
    ]


def test_the_page_shows_the_group_as_a_tree_with_each_parents_share(
    world: World, holding: Organisation
) -> None:
    own(world, world.beheer, part(100, holding))
    own(world, world.zwaluw, part("66.67", world.beheer), part(20, "Demir Holding"))
    assert tree(at_desk_of(world.marit).get("/organisations/").content.decode()) == [
        (0, "Noord Holding B.V.", ""),
        (1, "Noord Beheer B.V.", "100% Noord Holding B.V."),
        (2, "Zwaluw Techniek B.V.", "66,67% Noord Beheer B.V., 20% Demir Holding"),
    ]


def test_a_company_with_two_parents_stands_under_both(world: World, holding: Organisation) -> None:
    own(world, world.zwaluw, part(60, world.beheer), part(40, holding))
    rows = tree(at_desk_of(world.marit).get("/organisations/").content.decode())
    assert [(depth, name) for depth, name, _ in rows] == [
        (0, "Noord Beheer B.V."),
        (1, "Zwaluw Techniek B.V."),
        (0, "Noord Holding B.V."),
        (1, "Zwaluw Techniek B.V."),
    ]
    assert rows[3][2] == "60% Noord Beheer B.V., 40% Noord Holding B.V. (ook hierboven)"


def test_the_group_gives_no_right_by_itself(world: World, holding: Organisation) -> None:
    ruud = make_person("Ruud Smit")
    for group in DefaultGroup:
        place(ruud, holding, group)
    own(world, world.zwaluw, part(100, holding))
    with member_scope(ruud, now=timezone.now()) as member:
        assert set(member.rights) == {holding.id}
    client = at_desk_of(ruud)
    assert client.get(f"/organisations/{world.zwaluw.id}/").status_code == 404
    assert [name for _, name, _ in tree(client.get("/organisations/").content.decode())] == [
        "Noord Holding B.V."
    ]


def test_a_change_is_history_and_stands_in_the_trail(world: World, holding: Organisation) -> None:
    own(world, world.zwaluw, part(100, holding))
    own(world, world.zwaluw, part(60, holding), part(40, "Demir Holding"))
    own(world, world.zwaluw, part(60, holding), part(40, "Demir Holding"))
    with tenant_scope(None, [world.zwaluw.id]):
        assert Share.objects.count() == 3
        assert Share.objects.at(timezone.now()).count() == 2
        events = AuditEvent.objects.filter(name="group.parents_set").order_by("id")
        assert [event.detail["parents"] for event in events] == [
            [f"100.00 {holding.id}"],
            ["40.00 Demir Holding", f"60.00 {holding.id}"],
        ]
        assert {event.person_id for event in events} == {world.marit.id}


@pytest.mark.parametrize(
    ("parts", "error"),
    [
        (lambda world, holding: [part(60, holding), part("40.01", world.beheer)], TooMuch),
        (lambda world, holding: [part(60, holding), part(10, holding)], ParentTwice),
        (lambda world, holding: [part(10, "Demir"), part(10, "demir")], ParentTwice),
        (lambda world, holding: [part(10, world.vuurtoren)], ParentElsewhere),
        (lambda world, holding: [part(10, world.zwaluw)], Circle),
    ],
    ids=["more than the whole", "twice", "a name twice", "from elsewhere", "itself"],
)
def test_shares_that_cannot_be_are_refused(
    world: World, holding: Organisation, parts: Any, error: type[SharesRefused]
) -> None:
    with pytest.raises(error):
        own(world, world.zwaluw, *parts(world, holding))


def test_a_circle_through_others_is_refused(world: World, holding: Organisation) -> None:
    own(world, world.zwaluw, part(100, world.beheer))
    own(world, world.beheer, part(100, holding))
    with pytest.raises(Circle):
        own(world, holding, part(1, world.zwaluw))


def write(rows: list[tuple[UUID, UUID, int]]) -> None:
    """Past the service, under the web role."""
    with tenant_scope(None, [company for company, _, _ in rows]):
        hold([company for company, _, _ in rows])
        for company, parent, percent in rows:
            Share.objects.create(
                organisation_id=company,
                parent_id=parent,
                percent=percent,
                valid=(timezone.now(), None),
            )


@pytest.mark.parametrize(
    ("percents", "name"), [((60, 41), "shares_are_at_most_the_whole"), ((101,), "share_is_a_part")]
)
def test_the_database_too_refuses_more_than_the_whole(
    world: World, holding: Organisation, percents: tuple[int, ...], name: str
) -> None:
    parents = (holding.id, world.beheer.id)
    with pytest.raises(Exception, match=name):
        write([(world.zwaluw.id, parents[n], percent) for n, percent in enumerate(percents)])


def test_the_database_too_refuses_a_circle(world: World, holding: Organisation) -> None:
    around = [
        (world.zwaluw.id, world.beheer.id, 10),
        (world.beheer.id, holding.id, 10),
        (holding.id, world.zwaluw.id, 10),
    ]
    with pytest.raises(Exception, match="nobody_owns_himself_in_a_circle"):
        write(around)


def test_two_who_close_a_circle_at_the_same_moment_do_not_both_succeed(world: World) -> None:
    start, ended = threading.Barrier(2), []

    def tie(company: Organisation, parent: Organisation) -> None:
        start.wait()
        try:
            own(world, company, part(100, parent))
            ended.append("done")
        except Circle:
            ended.append("refused")
        finally:
            connections.close_all()

    pairs = ((world.zwaluw, world.beheer), (world.beheer, world.zwaluw))
    threads = [threading.Thread(target=tie, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ended) == ["done", "refused"]


def test_only_who_manages_settings_changes_the_place_in_the_group(world: World) -> None:
    with pytest.raises(RightMissing), member_scope(world.sanne, now=timezone.now()) as sanne:
        set_parents(organisation_id=world.zwaluw.id, parts=[], actor=sanne, now=timezone.now())
    assert at_desk_of(world.sanne).get(f"/organisations/{world.zwaluw.id}/parents/").status_code == 403


def rows_of(*rows: tuple[str, str, str]) -> dict[str, str]:
    """The form of parents: parent, name, percent."""
    sent = {"parents-TOTAL_FORMS": str(len(rows)), "parents-INITIAL_FORMS": "0"}
    for n, (parent, name, percent) in enumerate(rows):
        sent |= {f"parents-{n}-parent": parent, f"parents-{n}-parent_name": name}
        sent |= {f"parents-{n}-percent": percent}
    return sent


def test_the_form_sets_parents_and_says_what_is_wrong(world: World, holding: Organisation) -> None:
    marit, address = at_desk_of(world.marit), f"/organisations/{world.zwaluw.id}/parents/"
    assert "Noord Holding B.V." in marit.get(address).content.decode()
    for sent, said in (
        ([(str(holding.id), "", "60"), ("", "Demir", "41")], "Samen zijn de aandelen meer dan 100%"),
        ([(str(holding.id), "Demir", "60")], "niet allebei"),
        ([(str(holding.id), "", "")], "Typ welk aandeel"),
        ([("", "", "10")], "Van wie is dit aandeel?"),
        ([("", "Demir", "veel")], "Typ een getal"),
    ):
        answer = marit.post(address, rows_of(*sent))
        assert answer.status_code == 422
        assert said in answer.content.decode()
    answer = marit.post(address, rows_of((str(holding.id), "", "60"), ("", "Demir", "33,33"), ("", "", "")))
    assert answer.status_code == 302
    page = marit.get(f"/organisations/{world.zwaluw.id}/").content.decode()
    assert "60% Noord Holding B.V., 33,33% Demir" in page


def test_queries_do_not_grow_with_organisations(world: World, holding: Organisation) -> None:
    client = at_desk_of(world.marit)
    pages = ("/organisations/", f"/organisations/{holding.id}/")

    def queries(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    own(world, world.beheer, part(100, holding))
    few = [queries(page) for page in pages]
    for n in range(8):
        made = make_organisation(world.noordgroep_id, f"Dochter {n} B.V.", f"9000200{n}", world.marit)
        own(world, made, part(50, holding), part(50, world.beheer))
    assert [queries(page) for page in pages] == few


# The wizard


@pytest.fixture
def owners(world: World) -> dict[str, Person]:
    """Piet and Klaas each have a holding to be; they know each other from the golf course."""
    people = {name: make_person(f"{name} Eigenaar") for name in ("Piet", "Klaas", "Puk", "Kim")}
    for person in people.values():
        place(person, world.beheer, DefaultGroup.CHECKER)
    return people


def wizard_form(owners: dict[str, Person], **more: Any) -> dict[str, Any]:
    return {
        "joint-name": "Samen B.V.",
        "joint-kvk": "90003003",
        "first-name": "Piet Holding B.V.",
        "first-kvk": "90003001",
        "first-percent": "60",
        "first-administrators": [str(owners["Piet"].id)],
        "first-people": [str(owners["Piet"].id), str(owners["Puk"].id)],
        "first-group": "reader",
        "second-name": "Klaas Holding B.V.",
        "second-kvk": "90003002",
        "second-percent": "40",
        "second-administrators": [str(owners["Klaas"].id)],
        "second-people": [str(owners["Klaas"].id), str(owners["Kim"].id)],
        "second-group": "finance",
        **more,
    }


def show(client: Client, form: dict[str, Any]) -> tuple[int, str]:
    answer = client.post("/organisations/joint/", {**form, "show": "1"})
    return answer.status_code, answer.content.decode()


def save(client: Client, form: dict[str, Any]) -> Any:
    """Look at the effect first, as the page asks."""
    _, page = show(client, form)
    found: Any = lxml.html.fromstring(page)
    seen = found.xpath('string(//input[@name="seen"]/@value)')
    return client.post("/organisations/joint/", {**form, "seen": seen, "save": "1"})


def effect(page: str) -> dict[str, list[str]]:
    found: Any = lxml.html.fromstring(page)
    rows = found.xpath('//section[@aria-labelledby="effect"]//tbody/tr')
    return {
        row.xpath('string(.//span[@class="person"]/span[2])'): [
            " ".join(cell.text_content().split()) for cell in row.xpath("td")
        ]
        for row in rows
    }


def visible_to(person: Person) -> set[str]:
    with member_scope(person, now=timezone.now()) as member:
        places = member.where(Right.VIEW_ALL)
        return set(Organisation.objects.filter(id__in=places).values_list("name", flat=True))


def test_two_holdings_do_not_see_each_other_and_both_see_the_joint_company(
    world: World, owners: dict[str, Person]
) -> None:
    marit, form = at_desk_of(world.marit), wizard_form(owners)
    status, page = show(marit, form)
    assert status == 200
    assert "De holdings zien elkaar niet" in page
    assert effect(page) == {
        "Kim Eigenaar": ["niets", "Ziet facturen", "Ziet facturen"],
        "Klaas Eigenaar": ["niets", "Beheer Ziet facturen", "Beheer Ziet facturen"],
        "Marit Hoekstra": ["Beheer", "Beheer", "Beheer"],
        "Piet Eigenaar": ["Beheer Ziet facturen", "niets", "Beheer Ziet facturen"],
        "Puk Eigenaar": ["Ziet facturen", "niets", "Ziet facturen"],
    }
    assert not directory.organisations_of("kvk", "90003003")
    answer = save(marit, form)
    assert answer.status_code == 302
    assert visible_to(owners["Piet"]) == visible_to(owners["Puk"]) == {"Piet Holding B.V.", "Samen B.V."}
    assert visible_to(owners["Klaas"]) == visible_to(owners["Kim"]) == {"Klaas Holding B.V.", "Samen B.V."}
    assert visible_to(world.marit) == set()
    (piets,) = directory.organisations_of("kvk", "90003001")
    assert at_desk_of(owners["Klaas"]).get(f"/organisations/{piets}/").status_code == 404
    rows = tree(marit.get("/organisations/").content.decode())
    assert (1, "Samen B.V.", "werkmaatschappij, 60% Piet Holding B.V., 40% Klaas Holding B.V.") in rows


def test_nothing_is_saved_that_was_not_shown(world: World, owners: dict[str, Person]) -> None:
    marit, form = at_desk_of(world.marit), wizard_form(owners)
    assert marit.post("/organisations/joint/", {**form, "save": "1"}).status_code == 200
    _, page = show(marit, form)
    found: Any = lxml.html.fromstring(page)
    seen = found.xpath('string(//input[@name="seen"]/@value)')
    changed = wizard_form(owners, **{"second-people": [str(owners["Puk"].id)], "first-people": []})
    assert marit.post("/organisations/joint/", {**changed, "seen": seen, "save": "1"}).status_code == 200
    assert not directory.organisations_of("kvk", "90003003")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda o, w: {"second-people": [str(o["Piet"].id)]}, "Iemand staat bij beide partijen"),
        (lambda o, w: {"second-percent": "41"}, "Samen zijn de aandelen meer dan 100%"),
        (lambda o, w: {"second-administrators": []}, "minstens één eigen beheerder"),
        (lambda o, w: {"joint-kvk": "123"}, "Een KvK-nummer heeft acht cijfers"),
        (lambda o, w: {"joint-name": ""}, "Kies een organisatie, of typ de naam"),
        (lambda o, w: {"first-people": [str(w.marit.id)]}, "Je geeft jezelf geen rechten"),
        (
            lambda o, w: {"first-organisation": str(w.beheer.id), "joint-organisation": str(w.beheer.id)},
            "Kies drie verschillende organisaties",
        ),
    ],
    ids=["both", "too much", "no administrator", "number", "no name", "own rights", "the same twice"],
)
def test_the_wizard_says_what_cannot_be(
    world: World, owners: dict[str, Person], change: Any, said: str
) -> None:
    status, page = show(at_desk_of(world.marit), wizard_form(owners, **change(owners, world)))
    assert status == 422
    assert said in page


def test_when_one_part_fails_nothing_of_it_stays(
    world: World, owners: dict[str, Person], owner: Callable[[], psycopg.Connection]
) -> None:
    form = wizard_form(owners, **{"joint-kvk": world.zwaluw.kvk})
    answer = save(at_desk_of(world.marit), form)
    assert answer.status_code == 422
    assert "heeft KvK-nummer 90001001 al" in answer.content.decode()
    with owner() as above:
        assert above.execute("SELECT count(*) FROM organisations_organisation").fetchone() == (3,)
    assert not directory.organisations_of("kvk", "90003001")


def test_who_sees_both_holdings_already_is_named_before_saving(
    world: World, owners: dict[str, Person]
) -> None:
    piets = make_organisation(world.noordgroep_id, "Piet Holding B.V.", "90003008", world.marit)
    other = make_organisation(world.noordgroep_id, "Klaas Holding B.V.", "90003009", world.marit)
    with tenant_scope(None, [piets.id, other.id], [world.noordgroep_id]):
        for organisation in (piets, other):
            grant(
                organisation_id=organisation.id,
                person_id=world.bram.id,
                group=DefaultGroup.READER,
                actor=OPERATOR,
                now=timezone.now(),
            )
    chosen = {"first-organisation": str(piets.id), "second-organisation": str(other.id)}
    status, page = show(at_desk_of(world.marit), wizard_form(owners, **chosen))
    assert status == 200
    assert "Iemand ziet beide holdings" in page
    assert "Al lid van beide: Bram Willems." in page


def test_the_wizard_is_for_who_may_add_organisations(world: World) -> None:
    assert at_desk_of(world.anna).get("/organisations/joint/").status_code == 403
