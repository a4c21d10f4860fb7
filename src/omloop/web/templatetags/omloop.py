"""What every page writes the same way: icons, people, money, days and moments.

For a link that keeps the rest of the address use Django's own `{% querystring page=2 %}`.
"""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from omloop.kernel.money import Money
from omloop.kernel.period import Period
from omloop.web import words
from omloop.web.faces import hue, initials

register = template.Library()


class Someone(Protocol):
    """Whoever has a name and a key."""

    id: UUID
    name: str


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str) -> SafeString:
    """The symbol `name` of the sprite, for the eye only: put a word beside it."""
    return _symbol("icon", name)


@register.simple_tag
@lru_cache(maxsize=8)
def ring(quarters: int) -> SafeString:
    """Status as a circle that fills: 0 (not yet) to 4 (done) quarters."""
    return _symbol("ring", f"ring-{quarters}")


@register.simple_tag
@lru_cache(maxsize=1)
def mark() -> SafeString:
    """The brand mark."""
    return _symbol("mark", "brand")


def _symbol(css_class: str, name: str) -> SafeString:
    sprite = static("web/icons.svg")
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"/></svg>', css_class, sprite, name
    )


@register.simple_tag
def avatar(person: Someone | str, person_id: UUID | None = None) -> SafeString:
    """Initials on a colour that stays the person's own: `{% avatar person %}` or `{% avatar name id %}`."""
    name, key = (person, person_id) if isinstance(person, str) else (person.name, person.id)
    return _face(name, key)


@lru_cache(maxsize=1024)
def _face(name: str, key: UUID | None) -> SafeString:
    return format_html(
        '<span class="avatar" data-hue="{}" aria-hidden="true">{}</span>', hue(key or name), initials(name)
    )


@register.simple_tag
def amount(value: Money | Decimal | None, currency: str = "EUR") -> SafeString:
    """Money as `<data class="amount">`: € 11.470,80, minus in front; nothing for None.

    Takes a `Money`, or a Decimal with its currency (ISO 4217).
    """
    if value is None:
        return mark_safe("")
    money = value if isinstance(value, Money) else Money(value, currency)
    sign = mark_safe(' data-sign="minus"') if money.amount < 0 else ""
    return format_html(
        '<data class="amount"{} value="{}">{}</data>', sign, f"{money.amount:f}", words.money(money)
    )


@register.filter
def money(value: Money | Decimal | None, currency: str = "EUR") -> str:
    """Money as plain text, for inside a sentence or an attribute."""
    if value is None:
        return ""
    return words.money(value if isinstance(value, Money) else Money(value, currency))


@register.filter
def number(value: Decimal | int | None, decimals: int = 0) -> str:
    """A quantity or a price with at least `decimals` decimals and all it has beyond: 1.640,00 or 0,125."""
    return "" if value is None else words.number(Decimal(value), decimals)


@register.simple_tag
def day(value: date | datetime | None, today: date | None = None) -> SafeString:
    """A day as `<time>`: vr 17 apr, with the year when it is not this year; nothing for None."""
    if value is None:
        return mark_safe("")
    on = _local_day(value)
    return _time(on.isoformat(), words.day(on, today or timezone.localdate()))


@register.simple_tag
def moment(value: datetime | None, today: date | None = None) -> SafeString:
    """An instant as `<time>` on the clock of the person who looks: di 7 apr, 08.12; nothing for None."""
    if value is None:
        return mark_safe("")
    local = timezone.localtime(value)
    return _time(local.isoformat(timespec="minutes"), words.moment(local, today or timezone.localdate()))


@register.simple_tag
def due(value: date | None, today: date) -> SafeString:
    """When it falls due, relative and absolute: <b>over 3 dagen</b> vr 17 apr; late in red and in words."""
    if value is None:
        return mark_safe("")
    late = mark_safe(' class="late"') if value < today else ""
    relative = words.days_until(value, today)
    return format_html('<span class="due"><b{}>{}</b> {}</span>', late, relative, day(value, today))


@register.filter
def until(value: date | None, today: date) -> str:
    """How far away a due date is, in words: over 3 dagen, vandaag, 4 dagen te laat."""
    return "" if value is None else words.days_until(value, today)


@register.simple_tag
def period(first: date | Period, last: date | None = None, today: date | None = None) -> str:
    """Whole days, both counted: 1 april t/m 1 mei; the year where it is not this one.

    `{% period first last %}` or `{% period a_period %}`; no last day means an open end.
    """
    run = first if isinstance(first, Period) else Period(first, last)
    return words.period(run, today or timezone.localdate())


@register.filter
def filesize(size: int | None) -> str:
    """Bytes as people read them, in thousands: 318 kB, 1,2 MB."""
    return "" if size is None else words.filesize(size)


def _local_day(value: date | datetime) -> date:
    return timezone.localdate(value) if isinstance(value, datetime) else value


@lru_cache(maxsize=2048)
def _time(machine: str, human: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', machine, human)
