"""`omloop up --demo`: filled at the first start, the same at the next."""

import re
import signal

from tests.e2e.installation import Installation

TABLES = (
    "people_person",
    "organisations_organisation",
    "organisations_membership",
    "circulation_schemerule",
    "absences_absencecover",
    "intake_document",
    "intake_delivery",
    "invoices_invoice",
    "circulation_assignment",
    "circulation_decision",
    "audit_event",
)


def count_rows(demo: Installation) -> dict[str, int]:
    with demo.owner() as watcher:
        return {table: watcher.execute(f"SELECT FROM {table}").rowcount for table in TABLES}


def test_first_start_fills_it_and_tells_the_way_in(demo: Installation) -> None:
    assert "60 invoices arrived" in demo.up.said
    assert f"Open {demo.address} and choose a person." in demo.up.said
    assert count_rows(demo)["intake_document"] >= 60


def test_next_start_changes_nothing(demo: Installation) -> None:
    demo.await_rest()
    before = count_rows(demo)
    assert demo.up.stop(signal.SIGINT) == 0
    assert demo.up.said.endswith("Omloop is stopping ...\nOmloop has stopped.\n")
    again = demo.start()
    assert "everything was there already" in again.said
    assert not re.search(r"\d+ invoices arrived", again.said)
    demo.await_rest()
    assert count_rows(demo) == before
