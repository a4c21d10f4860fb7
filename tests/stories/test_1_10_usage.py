"""Rule 1.10: usage is counted per organisation and month, so that a group or a host can divide the cost."""

import csv
import io
import json
import subprocess
import sys
from datetime import datetime
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from omloop.environments.models import EnvironmentRole
from omloop.flow.command_line import take_in
from omloop.intake.models import Channel, Document
from omloop.invoices.models import Invoice
from omloop.organisations.members import member_scope, operator_member, system_member
from omloop.organisations.models import Organisation
from omloop.people.models import Person
from omloop.tenancy import directory
from omloop.tenancy.history import since
from omloop.tenancy.scope import tenant_scope
from tests.circulation.company import at
from tests.circulation.reader import said, signed_in
from tests.paper import file
from tests.sending.shop import know, open_shop, send, write_draft
from tests.world import World


def arrive(organisation: Organisation, number: str, moment: datetime, *, confidential: bool = False) -> None:
    """A file comes in at this moment."""
    place = organisation.id
    take_in(
        organisation_id=place,
        data=file(number),
        filename="a.xml",
        channel=Channel.COMMAND_LINE,
        actor=system_member("test", place) if confidential else operator_member(place),
        confidential=confidential,
        now=moment,
    )


def usage(world: World, person: Person, **asked: Any) -> Any:
    return signed_in(person).get(reverse("usage", args=[world.noordgroep_id]), {"year": "2026", **asked})


def sheet(world: World) -> dict[tuple[str, str], int]:
    """Organisation and month with their count, where it is not nothing."""
    text = usage(world, world.marit, format="csv").content.decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text), delimiter=";")
    return {
        (r["Organisation"].split()[0], r["Month"]): int(r["Received"]) for r in rows if r["Received"] != "0"
    }


def test_each_file_counts_once_in_the_month_of_its_import_date(world: World) -> None:
    arrive(world.zwaluw, "1", at("03-31", "23:59"))
    arrive(world.zwaluw, "2", at("04-01", "00:00"))
    arrive(world.zwaluw, "1", at("04-02"))
    arrive(world.beheer, "1", at("04-30"))
    arrive(world.zwaluw, "3", at("04-15"), confidential=True)
    arrive(world.vuurtoren, "1", at("04-15"))
    assert sheet(world) == {("Zwaluw", "2026-03"): 1, ("Zwaluw", "2026-04"): 2, ("Noord", "2026-04"): 1}
    text = said(usage(world, world.marit))
    assert "Zwaluw Techniek B.V. 3 0 0 1 2 0 0 0 0 0 0 0 0" in text
    assert "Together 4 0 0 1 3 0 0 0 0 0 0 0 0" in text
    assert "Vuurtoren" not in text


def test_who_administers_the_environment_counts_without_seeing_a_document(world: World) -> None:
    arrive(world.vuurtoren, "1", at("03-02"))
    with tenant_scope(None, [], [world.elsewhere_id]):
        EnvironmentRole.objects.create(
            environment_id=world.elsewhere_id,
            person=world.marit,
            role="administrator",
            valid=since(at("01-02")),
        )
        directory.enter("person", world.marit.id, environment_id=world.elsewhere_id)
    answer = signed_in(world.marit).get(reverse("usage", args=[world.elsewhere_id]), {"year": "2026"})
    assert "Vuurtoren Horeca B.V. 1 0 0 1" in said(answer)
    with member_scope(world.marit, now=at("06-01")):
        assert not Document.objects.filter(organisation=world.vuurtoren).exists()
        assert not Invoice.objects.filter(organisation=world.vuurtoren).exists()


def test_only_its_administrators_see_it(world: World) -> None:
    codes = {name: usage(world, person).status_code for name, person in world.people.items()}
    assert codes == {"anna": 403, "bram": 403, "sanne": 403, "marit": 200, "otto": 404}


def test_outside_the_scope_the_function_of_the_owner_counts_nothing(world: World) -> None:
    arrive(world.zwaluw, "1", at("03-02"))
    ask = "SELECT * FROM usage_received(%s, '2026-01-01', '2027-01-01')"
    with connection.cursor() as cursor:
        cursor.execute(ask, [world.noordgroep_id])
        assert cursor.fetchall() == []
    with tenant_scope(None, [world.zwaluw.id], [world.elsewhere_id]), connection.cursor() as cursor:
        cursor.execute(ask, [world.noordgroep_id])
        assert cursor.fetchall() == []
    with tenant_scope(None, [], [world.noordgroep_id]), connection.cursor() as cursor:
        cursor.execute(ask, [world.noordgroep_id])
        assert [row[2] for row in cursor.fetchall()] == [1]


def test_what_was_sent_counts_in_the_month_of_sending(world: World) -> None:
    open_shop(world)
    send(world.sanne, write_draft(world.sanne, know(world.zwaluw, kvk="90001009")))
    write_draft(world.sanne, know(world.zwaluw, kvk="90001009"))
    assert "Zwaluw Techniek B.V. 1 0 0 0 0 0 0 0 0 0 0 1 0" in said(usage(world, world.marit))
    text = usage(world, world.marit, format="csv").content.decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text), delimiter=";")
    assert [(r["Month"], r["Sent"]) for r in rows if r["Sent"] != "0"] == [("2026-11", "1")]


def test_a_year_without_documents_teaches_and_one_to_come_is_unknown(world: World) -> None:
    assert "Nothing was received in 2026" in said(usage(world, world.marit))
    for year in ("2999", "1999", "twenty", "²"):
        assert usage(world, world.marit, year=year).status_code == 404


def test_the_operator_gets_counts_by_the_command_line(world: World) -> None:
    arrive(world.zwaluw, "1", at("03-02"))
    arrive(world.vuurtoren, "1", at("03-02"))

    def run(*arguments: str) -> str:
        command = [sys.executable, "-m", "omloop", "usage", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    lines = [json.loads(line) for line in run("--month", "2026-03", "--json").splitlines()]
    assert {(line["environment"], line["name"], line["received"]) for line in lines} == {
        ("Noordgroep", "Zwaluw Techniek B.V.", 1),
        ("Noordgroep", "Noord Beheer B.V.", 0),
        ("Elders", "Vuurtoren Horeca B.V.", 1),
    }
    told = "2026-03  Zwaluw Techniek B.V.  (Noordgroep): 1 received, 0 recognised, 0 sent"
    assert told in run("--month", "2026-03")
    wrong = subprocess.run(
        [sys.executable, "-m", "omloop", "usage", "--month", "maart"], capture_output=True, text=True
    )
    assert (wrong.returncode, "write it as 2026-03" in wrong.stderr) == (2, True)


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    def queries() -> int:
        client = signed_in(world.marit)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(reverse("usage", args=[world.noordgroep_id])).status_code == 200
        return len(captured)

    arrive(world.zwaluw, "0", at("03-02"))
    before = queries()
    for number in range(1, 6):
        arrive(world.zwaluw, str(number), at(f"0{number}-02"))
        arrive(world.beheer, str(number), at(f"0{number}-02"))
    assert queries() == before
