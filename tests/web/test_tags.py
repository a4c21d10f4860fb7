"""The template tags, as pages use them."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.template import engines
from django.utils import timezone, translation

from omloop.kernel.money import Money
from omloop.kernel.period import Period
from omloop.web.faces import hue, initials

TODAY = date(2026, 4, 14)


def render(source: str, language: str = "nl", **context: object) -> str:
    template = engines["django"].from_string("{% load omloop %}" + source)
    with translation.override(language):
        return str(template.render({"today": TODAY, **context}))


def test_icon_is_for_the_eye_only() -> None:
    assert render('{% icon "check" %}') == (
        '<svg class="icon" aria-hidden="true"><use href="/static/web/icons.svg#check"/></svg>'
    )


def test_ring_and_mark_come_from_the_sprite() -> None:
    assert "icons.svg#ring-2" in render("{% ring 2 %}")
    assert 'class="mark"' in render("{% mark %}")


def test_amount_is_readable_for_people_and_machines() -> None:
    page = render(
        "{% amount owed %}|{% amount plain 'USD' %}|{% amount nothing %}",
        owed=Money(Decimal("-318.23"), "EUR"),
        plain=Decimal("12.5"),
        nothing=None,
    )
    assert page.split("|") == [
        '<data class="amount" data-sign="minus" value="-318.23">−\u00a0€\u00a0318,23</data>',
        '<data class="amount" value="12.5">USD\u00a012,50</data>',
        "",
    ]


def test_money_and_number_as_plain_text() -> None:
    assert (
        render(
            "{{ a|money }} {{ b|number:2 }} {{ none|number }}",
            "en",
            a=Decimal(5),
            b=Decimal("0.5"),
            none=None,
        )
        == "€5.00 0.50 "
    )


def test_day_and_moment_stand_on_the_clock_of_the_reader() -> None:
    late = datetime(2026, 4, 7, 23, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Amsterdam")):
        assert render("{% day at today %}", at=late) == '<time datetime="2026-04-08">wo 8 apr</time>'
        assert render("{% moment at today %}", at=late) == (
            '<time datetime="2026-04-08T01:30+02:00">wo 8 apr, 01.30</time>'
        )
    with timezone.override(ZoneInfo("America/New_York")):
        assert "di 7 apr, 19.30" in render("{% moment at today %}", at=late)


def test_due_says_late_in_words_and_in_red() -> None:
    late = '<b class="late">4 dagen te laat</b> <time datetime="2026-04-10">vr 10 apr</time>'
    assert render("{% due on today %}", on=date(2026, 4, 10)) == f'<span class="due">{late}</span>'
    assert render("{% due on today %}", "en", on=date(2026, 4, 17)) == (
        '<span class="due"><b>in 3 days</b> <time datetime="2026-04-17">Fri 17 Apr</time></span>'
    )


def test_what_is_unknown_is_left_out() -> None:
    assert (
        render(
            "{% due x today %}{% day x %}{% moment x %}{{ x|until:today }}{{ x|filesize }}{{ x|money }}",
            x=None,
        )
        == ""
    )


def test_period_takes_two_days_or_a_period() -> None:
    first, last = date(2026, 4, 1), date(2026, 5, 1)
    assert render("{% period first last today %}", first=first, last=last) == "1 april t/m 1 mei"
    assert render("{% period run None today %}", run=Period(first, last)) == "1 april t/m 1 mei"


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Anna de Vries", "AV"),
        ("Annemieke van den Bosch-Wolterbeek", "AB"),
        ("Sanne", "S"),
        ("anna de vries", "A"),
        ("  ", "?"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_hue_stays_with_the_person_and_uses_every_colour() -> None:
    assert {hue(UUID(int=number)) for number in range(60)} == {1, 2, 3, 4, 5, 6}
    person = SimpleNamespace(id=UUID(int=7), name="Bram Willems")
    by_person = render("{% avatar person %}", person=person)
    assert by_person == '<span class="avatar" data-hue="2" aria-hidden="true">BW</span>'
    assert by_person == render("{% avatar name key %}", name="Bram Willems", key=UUID(int=7))


def test_names_are_escaped() -> None:
    assert "<b>" not in render("{% avatar name %}", name="<b>x")
