"""The same without JavaScript: nobody is shut out."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e.conftest import Visit
from tests.e2e.test_stories import forgive, set_absence, wait_until_read, waiting
from tests.paper import file

pytestmark = pytest.mark.browser


def test_approve(visit: Visit) -> None:
    page = visit("Anna de Vries", java_script_enabled=False)
    count = waiting(page)
    title = page.locator("#waiting .title").last
    supplier = title.inner_text()
    title.click()
    expect(page.locator("#preview h2").first).to_have_text(supplier)
    page.get_by_role("button", name="Akkoord").click()
    expect(page.get_by_role("status").filter(has_text="Akkoord gegeven")).to_be_visible()
    assert waiting(page) == count - 1


def test_upload(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "plain.xml").write_bytes(file("E2E-2"))
    page = visit("Sanne Bakker", java_script_enabled=False)
    page.goto("/upload/")
    page.get_by_label("Voor welke organisatie?").select_option(label="Noord Beheer B.V.")
    page.get_by_label("Zet bestanden hier neer").set_input_files([tmp_path / "plain.xml"])
    page.get_by_role("button", name="Uploaden").click()
    page.get_by_role("link", name="plain.xml").click()
    wait_until_read(page, "Kuipers Installatietechniek B.V. E2E-2")
    expect(page.get_by_role("heading", level=1)).to_contain_text("E2E-2")


def test_absence_and_a_day_that_overlaps(visit: Visit, complaints: list[str]) -> None:
    page = visit("Ruben Ouwerkerk", java_script_enabled=False)
    first_on = timezone.localdate() + timedelta(days=30)
    set_absence(page, first_on, first_on + timedelta(days=3), "Bram Willems")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn afwezigheid")
    set_absence(page, first_on, first_on, "Bram Willems")
    expect(page.get_by_text("Ruben is al afwezig")).to_be_visible()
    forgive(complaints, "422")
