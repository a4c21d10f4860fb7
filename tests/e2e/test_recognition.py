"""A word on the picture fills the field where one stands: by mouse, and by keyboard (rules 2.2, 7.4)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit
from tests.recognition.drawn import drawn, odd

pytestmark = pytest.mark.browser


def test_words_of_the_picture_fill_the_fields(visit: Visit, tmp_path: Path) -> None:
    (tmp_path / "kuipers.pdf").write_bytes(drawn(odd("2026-0418")))
    page = visit("Sanne Bakker")
    page.goto("/upload/")
    page.get_by_label("Voor welke organisatie?").select_option(label="Noord Beheer B.V.")
    page.get_by_label("Zet bestanden hier neer").set_input_files([tmp_path / "kuipers.pdf"])
    page.get_by_role("link", name="kuipers.pdf").wait_for()
    page.goto("/documents/to-recognise/")
    reload_until(page, lambda: page.get_by_role("link", name="kuipers.pdf").count())
    page.get_by_role("link", name="kuipers.pdf").click()
    number, due, total = (
        page.get_by_label(each) for each in ("Factuurnummer", "Vervaldatum", "Totaal met btw")
    )
    reload_until(page, number.input_value)
    number.click()
    page.locator('rect[data-text="2026-0418"]').click()
    expect(number).to_have_value("2026-0418")
    due.click()
    page.locator('rect[data-text="2026-0418"]').click()
    expect(due).to_have_value("2026-04-17")
    page.locator('rect[data-day="2026-04-03"]').click()
    expect(due).to_have_value("2026-04-03")
    total.click()
    page.locator('rect[data-amount="121,00"]').focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(total).to_have_value("21,00")


def reload_until(page: Page, is_so: Callable[[], object]) -> None:
    """Look again until the jobs have been here, for half a minute at most."""
    for _ in range(120):
        if is_so():
            return
        page.wait_for_timeout(250)
        page.reload()
