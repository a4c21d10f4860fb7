"""Partners (rules 1.8): two environments link after a request and an acceptance."""

import threading
from uuid import UUID

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from omloop.audit.actors import OPERATOR
from omloop.audit.models import AuditEvent
from omloop.environments.models import Environment, Partnership
from omloop.environments.partnerships import ask_partner, renew_code
from omloop.environments.refusals import (
    AlreadyPartners,
    NoSuchCode,
    NotAdministrator,
    OwnCode,
    PartnershipOver,
    TooManyRequests,
)
from omloop.environments.services import give_role
from omloop.joining.invitations import Offer, invite
from omloop.joining.models import AuthorisationRequest
from omloop.organisations.members import member_scope
from omloop.organisations.partners import end_partnership
from omloop.organisations.services import grant
from omloop.people.models import Person
from omloop.tenancy.scope import tenant_scope
from tests.joining.partners import (
    APPROVER,
    ask,
    become_partners,
    by,
    code_of,
    count_queries,
    eva,
    eva_at_zwaluw,
    partnerships,
    places_of,
)
from tests.joining.people import (
    RunJobs,
    at_desk_of,
    link_in,
    mail_to,
    said,
)
from tests.world import BEGINNING, World, make_person


def test_an_administrator_asks_by_code_and_one_of_the_other_side_accepts(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    marit, otto = at_desk_of(elsewhere.marit), at_desk_of(elsewhere.otto)
    ours, theirs = (
        f"/environments/{each}/partners/" for each in (elsewhere.noordgroep_id, elsewhere.elsewhere_id)
    )
    assert "Nog geen code" in said(marit.get(ours))
    marit.post(f"{ours}code/")
    with tenant_scope(None, [], [elsewhere.noordgroep_id]):
        code = Environment.objects.get().partner_code
    spoken = f" {code[:4].lower()}-{code[4:]} "
    assert f"{code[:4]}-{code[4:]}" in said(marit.get(ours))
    assert "Gevraagd." in said(otto.post(f"{theirs}ask/", {"code": spoken}, follow=True))
    run_jobs()
    mail = mail_to(elsewhere.marit.email)
    assert "Subject: Elders vraagt om partner van Noordgroep te worden" in mail
    assert "Elders" in said(marit.get(link_in(mail)))
    (asked,) = partnerships(elsewhere)
    assert "Jullie zijn partners" in said(marit.post(f"{ours}{asked.id}/", {"answer": "accept"}, follow=True))
    run_jobs()
    assert "Noordgroep zijn partners" in mail_to(elsewhere.otto.email)
    assert "Noordgroep" in said(otto.get(theirs))
    for side in (elsewhere.noordgroep_id, elsewhere.elsewhere_id):
        with tenant_scope(None, [], [side]):
            told = AuditEvent.objects.filter(chain_id=side, subject_id=asked.id).order_by("id")
            assert list(told.values_list("name", flat=True)) == ["partnership.asked", "partnership.accepted"]


def test_partners_see_nothing_of_each_other(elsewhere: World) -> None:
    become_partners(elsewhere)
    otto = places_of(elsewhere.otto)
    assert otto.rights.keys() == {elsewhere.vuurtoren.id}
    with member_scope(elsewhere.otto, now=timezone.now()):
        assert [each.name for each in Environment.objects.all()] == ["Elders"]
        assert Partnership.objects.get().partner_name(elsewhere.elsewhere_id) == "Noordgroep"
    assert at_desk_of(elsewhere.otto).get(f"/organisations/{elsewhere.zwaluw.id}/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("anna", 403), ("otto", 404)], ids=["basic", "stranger"])
def test_only_administrators_ask_answer_and_end(elsewhere: World, who: str, status: int) -> None:
    partnership = become_partners(elsewhere)
    client, page = at_desk_of(elsewhere.people[who]), f"/environments/{elsewhere.noordgroep_id}/partners/"
    assert client.get(page).status_code == status
    for path in ("code/", "ask/", f"{partnership}/", f"{partnership}/end/"):
        assert client.post(page + path, {"code": "ABCDEFGH", "answer": "accept"}).status_code == status
    with member_scope(elsewhere.anna, now=timezone.now()) as anna:
        for service, values in (
            (renew_code, {"environment_id": elsewhere.noordgroep_id}),
            (ask_partner, {"environment_id": elsewhere.noordgroep_id, "code": "ABCDEFGH"}),
            (end_partnership, {"environment_id": elsewhere.noordgroep_id, "partnership_id": partnership}),
        ):
            with pytest.raises(NotAdministrator):
                service(**values, actor=anna, now=timezone.now())


def test_a_code_leads_to_one_environment_until_it_is_renewed(elsewhere: World) -> None:
    first, second = code_of(elsewhere), code_of(elsewhere)
    asking = {"environment_id": elsewhere.elsewhere_id}
    for code in (first, "ABCDEFGH", ""):
        with pytest.raises(NoSuchCode):
            by(elsewhere.otto, ask_partner, **asking, code=code)
    with pytest.raises(OwnCode):
        by(elsewhere.marit, ask_partner, environment_id=elsewhere.noordgroep_id, code=second)
    page = at_desk_of(elsewhere.otto).post(
        f"/environments/{elsewhere.elsewhere_id}/partners/ask/", {"code": first}
    )
    assert page.status_code == 422
    assert "Geen omgeving heeft deze code" in said(page)


def test_asking_twice_is_asking_once_and_asking_who_asks_is_accepting(elsewhere: World) -> None:
    ours, theirs = code_of(elsewhere), by(elsewhere.otto, renew_code, environment_id=elsewhere.elsewhere_id)
    for _ in range(2):
        by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=ours)
    by(elsewhere.marit, ask_partner, environment_id=elsewhere.noordgroep_id, code=theirs)
    (held,) = partnerships(elsewhere)
    assert (held.state, held.answered_by_id) == ("accepted", elsewhere.marit.id)
    with pytest.raises(AlreadyPartners):
        by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=ours)


def test_two_who_ask_each_other_at_the_same_instant_become_partners_once(elsewhere: World) -> None:
    sides = (
        (
            elsewhere.marit,
            elsewhere.noordgroep_id,
            by(elsewhere.otto, renew_code, environment_id=elsewhere.elsewhere_id),
        ),
        (elsewhere.otto, elsewhere.elsewhere_id, code_of(elsewhere)),
    )
    begin, faults = threading.Barrier(2), []

    def ask(person: Person, environment_id: UUID, code: str) -> None:
        try:
            with member_scope(person, now=timezone.now()) as member:
                begin.wait(10)
                ask_partner(environment_id=environment_id, code=code, actor=member, now=timezone.now())
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask, args=side) for side in sides]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert faults == []
    assert [each.state for each in partnerships(elsewhere)] == ["accepted"]


def test_a_day_has_an_end_to_asking(elsewhere: World) -> None:
    code = code_of(elsewhere)
    with tenant_scope(None, [], [elsewhere.elsewhere_id, elsewhere.noordgroep_id]):
        Partnership.objects.bulk_create(
            Partnership(
                asking_id=elsewhere.elsewhere_id,
                asked_id=elsewhere.noordgroep_id,
                state="withdrawn",
                asked_by=elsewhere.otto,
                asked_at=timezone.now(),
            )
            for _ in range(20)
        )
    with pytest.raises(TooManyRequests):
        by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=code)


def test_a_declined_or_withdrawn_request_is_no_partnership(elsewhere: World, run_jobs: RunJobs) -> None:
    code = code_of(elsewhere)
    for actor, environment_id, word in (
        (elsewhere.marit, elsewhere.noordgroep_id, "decline"),
        (elsewhere.otto, elsewhere.elsewhere_id, "withdraw"),
    ):
        asked = by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=code)
        at_desk_of(actor).post(f"/environments/{environment_id}/partners/{asked.id}/", {"answer": word})
    assert [each.state for each in partnerships(elsewhere)] == ["declined", "withdrawn"]
    run_jobs()
    assert "wordt geen partner" in mail_to(elsewhere.otto.email)
    offer = Offer(organisation_id=elsewhere.zwaluw.id, groups=(APPROVER,), partnership_id=asked.id)
    with pytest.raises(PartnershipOver):
        by(
            elsewhere.marit,
            invite,
            environment_id=elsewhere.noordgroep_id,
            email="x@elders.example",
            offer=offer,
            language="nl",
        )


def test_who_asks_cannot_accept_in_the_name_of_the_other_side(elsewhere: World) -> None:
    asked = by(elsewhere.otto, ask_partner, environment_id=elsewhere.elsewhere_id, code=code_of(elsewhere))
    page = f"/environments/{elsewhere.elsewhere_id}/partners/{asked.id}/"
    assert at_desk_of(elsewhere.otto).post(page, {"answer": "accept"}).status_code == 404
    assert partnerships(elsewhere)[0].state == "open"


def test_the_number_of_queries_does_not_grow_with_partners_members_and_requests(
    elsewhere: World, run_jobs: RunJobs
) -> None:
    partnership = eva_at_zwaluw(elsewhere, run_jobs)
    ask(elsewhere, "90001002")
    at_home = f"/environments/{elsewhere.noordgroep_id}"
    pages = (
        f"{at_home}/partners/",
        f"{at_home}/partners/{partnership}/end/",
        f"{at_home}/rights/",
        "/people/",
    )
    marit, colleagues = at_desk_of(elsewhere.marit), [make_person(f"P{n} Kantoor") for n in range(5)]
    few = [count_queries(marit, page) for page in pages]
    asked = [count_queries(at_desk_of(eva()), "/authorisations/")]
    with tenant_scope(None, [elsewhere.zwaluw.id], [elsewhere.elsewhere_id, elsewhere.noordgroep_id]):
        for person in colleagues:
            give_role(
                environment_id=elsewhere.elsewhere_id, person_id=person.id, actor=OPERATOR, now=BEGINNING
            )
            grant(
                organisation_id=elsewhere.zwaluw.id,
                person_id=person.id,
                group=APPROVER,
                partnership_id=partnership,
                actor=OPERATOR,
                now=BEGINNING,
            )
        shared = {"partnership_id": partnership, "groups": [APPROVER], "asked_at": timezone.now()}
        shared |= {"asking_id": elsewhere.elsewhere_id, "asked_id": elsewhere.noordgroep_id}
        AuthorisationRequest.objects.bulk_create(
            [AuthorisationRequest(person=each, kvk="90001002", **shared) for each in colleagues]
            + [AuthorisationRequest(person=eva(), kvk=f"9000{n}000", **shared) for n in range(2, 7)]
        )
    assert [count_queries(marit, page) for page in pages] == few
    assert [count_queries(at_desk_of(eva()), "/authorisations/")] == asked
    before = count_ending(elsewhere, partnership)
    assert before <= 40, "set-wise, however many go"
    assert places_of(colleagues[4]).rights == {}


def count_ending(world: World, partnership: UUID) -> int:
    with CaptureQueriesContext(connection) as queries:
        by(world.otto, end_partnership, partnership_id=partnership, environment_id=world.elsewhere_id)
    return len(queries)
