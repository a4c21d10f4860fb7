"""The official rules of EN 16931, run by Saxon, beside ours: over whole invoices and changed ones."""

from collections import Counter
from pathlib import Path

from lxml import etree

from omloop.einvoice import Flag, check, read
from omloop.einvoice.rules.profiles import rule_set
from tools.conformity.bases import bases
from tools.conformity.judge import differences, judge, official_rules
from tools.conformity.mutants import mutants
from tools.conformity.page import PAGE, page

_SVRL = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
_NAME = "{http://www.w3.org/1999/XSL/Transform}attribute"


def test_every_official_rule_is_built_with_its_weight() -> None:
    official = {}
    for failed in etree.parse(official_rules()).iter(_SVRL):
        said = {each.get("name"): "".join(each.itertext()).strip() for each in failed.iter(_NAME)}
        official[said["id"]] = Flag(said["flag"])
    ours = {rule.id: rule.flag for rule in rule_set("en16931-ubl").book if not rule.id.startswith("OML-")}
    assert ours == official
    assert Counter(ours.values()) == {Flag.FATAL: 281, Flag.WARNING: 698}


def test_whole_invoices_of_every_vat_category_break_no_fatal_rule() -> None:
    for data in bases():
        assert judge(data).fatal == frozenset()
        assert [finding.rule for finding in check(read(data)).fatal] == []


def test_changed_invoices_break_the_same_rules() -> None:
    found = Counter(
        difference
        for data in mutants(list(bases()), seed=20261126, count=400)
        for difference in differences(check(read(data), profile="en16931-ubl"), judge(data))
    )
    assert found == Counter()


def test_the_same_seed_makes_the_same_mutants() -> None:
    sources = list(bases())
    assert list(mutants(sources, 7, 20)) == list(mutants(sources, 7, 20)) != list(mutants(sources, 8, 20))


def test_the_page_of_rules_is_as_the_rules_are() -> None:
    assert (Path(__file__).parents[2] / PAGE).read_text() == page(), "run `make conformity`"
