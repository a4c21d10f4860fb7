"""A bookkeeper codes an invoice from her worklist by keyboard alone, and it is approved (rules 3.2, 3.8)."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Visit

pytestmark = pytest.mark.browser
SUPPLIER = "Drukkerij De Letterhaas"


def test_an_invoice_is_coded_by_keyboard_and_approved(visit: Visit) -> None:
    page = visit("Sanne Bakker")
    page.locator("#waiting .title", has_text=SUPPLIER).first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("DL451")
    page.keyboard.press("c")
    page.wait_for_url("**/coding/")
    left, keys = page.locator("[data-left]"), page.keyboard
    expect(left).to_have_text("9,50")
    expect(page.locator("#id_line0-account")).to_be_focused()
    type_on(page, "drukw", "200", "", "Menukaarten", "hoog", "", "3,50")
    expect(page.locator("#id_line0-account")).to_have_value("4500")
    expect(page.locator("#id_line0-vat_code")).to_have_value("H")
    expect(left).to_have_text("6,00")
    keys.press("Alt+Enter")
    expect(page.locator("#id_line1-account")).to_be_focused()
    keys.type("huisv")
    expect(page.locator("#desk tbody tr").nth(1)).to_contain_text("4150 Huisvesting, schoonmaak en afval")
    keys.press("Control+d")
    expect(page.locator("#id_line2-account")).to_be_focused()
    keys.press("Alt+Delete")
    expect(page.locator("#id_line1-account")).to_be_focused()
    keys.press("Control+a")
    type_on(page, "4150")
    keys.press("Alt+/")
    page.get_by_label("Of naar aandelen").focus()
    keys.type("50 50")
    keys.press("Enter")
    expect(page.locator("#id_line2-amount")).to_have_value("3,00")
    expect(left).to_have_text("0,00")
    keys.press("Control+Enter")
    expect(page.get_by_text("Nog te coderen: 2.")).to_be_visible()
    expect(page.locator("#id_line0-account")).to_have_value("4500")
    yusuf = visit("Yusuf Demir")
    yusuf.locator("#waiting .title", has_text=SUPPLIER).first.focus()
    yusuf.keyboard.press("Enter")
    expect(yusuf.get_by_role("heading", level=1)).to_contain_text("DL451")
    yusuf.keyboard.press("a")
    expect(yusuf.locator("#toasts")).to_contain_text("Akkoord")


def type_on(page: Page, *texts: str) -> None:
    """Fill the field in hand and those after it."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Tab")
