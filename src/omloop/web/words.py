"""Numbers, money and days in words, in Dutch and in English, as plain text.

The language is the active one. Written out here and not left to the locale of the machine, so that a page,
a mail and a test say the same everywhere.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import get_language, gettext, ngettext

from omloop.kernel.money import Money
from omloop.kernel.period import Period

NO_BREAK = "\u00a0"
MINUS = "\u2212"
# ISO 4217: the currencies whose smallest unit is not a hundredth.
DECIMALS = {
    "JPY": 0,
    "KRW": 0,
    "ISK": 0,
    "CLP": 0,
    "VND": 0,
    "BHD": 3,
    "JOD": 3,
    "KWD": 3,
    "OMR": 3,
    "TND": 3,
}


@dataclass(frozen=True, slots=True)
class Tongue:
    """How one language writes numbers, months and times."""

    thousands: str
    decimal: str
    after_euro: str
    between_days: str
    clock: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    short_months: tuple[str, ...]


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


DUTCH = Tongue(
    thousands=".",
    decimal=",",
    after_euro=NO_BREAK,
    between_days="t/m",
    clock="%H.%M",
    weekdays=("ma", "di", "wo", "do", "vr", "za", "zo"),
    months=_names("januari februari maart april mei juni juli augustus september oktober november december"),
    short_months=_names("jan feb mrt apr mei jun jul aug sep okt nov dec"),
)
ENGLISH = Tongue(
    thousands=",",
    decimal=".",
    after_euro="",
    between_days="through",
    clock="%H:%M",
    weekdays=("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    months=_names("January February March April May June July August September October November December"),
    short_months=_names("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
)


def money(value: Money) -> str:
    """An amount, rounded half up to the decimals its currency has: € 11.470,80 or USD 100,00."""
    tongue = _tongue()
    rounded = _rounded(value.amount, DECIMALS.get(value.currency, 2))
    minus = f"{MINUS}{tongue.after_euro}" if rounded < 0 else ""
    sign = f"€{tongue.after_euro}" if value.currency == "EUR" else f"{value.currency}{NO_BREAK}"
    return minus + sign + _digits(abs(rounded), tongue)


def number(value: Decimal, decimals: int = 0) -> str:
    """A number with at least `decimals` decimals and every digit it has beyond them, but no idle zeros."""
    exponent = value.normalize().as_tuple().exponent
    places = max(decimals, -exponent if isinstance(exponent, int) else 0)
    rounded = _rounded(value, places)
    return (MINUS if rounded < 0 else "") + _digits(abs(rounded), _tongue())


def day(on: date, today: date) -> str:
    """Weekday and date, with the year when it is not this year: vr 17 apr, za 2 jan 2027."""
    tongue = _tongue()
    year = "" if on.year == today.year else f" {on.year}"
    return f"{tongue.weekdays[on.weekday()]} {on.day} {tongue.short_months[on.month - 1]}{year}"


def moment(at: datetime, today: date) -> str:
    """Day and time of an instant that already stands on the right clock: di 7 apr, 08.12."""
    return f"{day(at.date(), today)}, {at.strftime(_tongue().clock)}"


def days_until(on: date, today: date) -> str:
    """How far away a due date is: over 3 dagen, morgen, vandaag, 4 dagen te laat."""
    distance = (on - today).days
    if distance < 0:
        return ngettext("%(count)d day late", "%(count)d days late", -distance) % {"count": -distance}
    if distance < 2:
        return gettext("tomorrow") if distance else gettext("today")
    return gettext("in %(count)d days") % {"count": distance}


def period(run: Period, today: date) -> str:
    """A run of whole days, both ends counted: 16 t/m 20 februari; years only where they are not this one."""
    first, last = run.first_on, run.last_on
    if last is None:
        return gettext("from %(day)s, open end") % {
            "day": _long_day(first, is_year_shown=first.year != today.year)
        }
    is_year_shown = last.year != today.year or first.year != last.year
    end = _long_day(last, is_year_shown=is_year_shown)
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        start = str(first.day)
    else:
        start = _long_day(first, is_year_shown=first.year != last.year)
    return f"{start} {_tongue().between_days} {end}"


def filesize(size: int) -> str:
    """Bytes in steps of a thousand: 512 bytes, 318 kB, 1,2 MB."""
    if size < 1000:
        return ngettext("%(count)d byte", "%(count)d bytes", size) % {"count": size}
    steps = Decimal(size)
    for unit in ("kB", "MB"):
        steps /= 1000
        if steps < Decimal("999.5"):
            return _with_unit(steps, unit)
    return _with_unit(steps / 1000, "GB")


def _with_unit(value: Decimal, unit: str) -> str:
    rounded = value.quantize(Decimal("0.1") if value < 10 and unit != "kB" else Decimal(1), ROUND_HALF_UP)
    return f"{number(rounded)}{NO_BREAK}{unit}"


def _long_day(on: date, *, is_year_shown: bool) -> str:
    text = f"{on.day} {_tongue().months[on.month - 1]}"
    return f"{text} {on.year}" if is_year_shown else text


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def _digits(value: Decimal, tongue: Tongue) -> str:
    return f"{value:,f}".translate({ord(","): tongue.thousands, ord("."): tongue.decimal})


def _tongue() -> Tongue:
    return DUTCH if (get_language() or "nl").startswith("nl") else ENGLISH


def plain(value: Decimal) -> str:
    """A number as a spreadsheet of this language reads it: no thousands, its own decimal sign."""
    return f"{value:f}".replace(".", _tongue().decimal)
