"""What the forms of a scheme offer to fill in: suppliers and codes that there are (rules 3.1)."""

from dataclasses import dataclass

from omloop.coding.chart import OfChart
from omloop.coding.forms import Chart
from omloop.invoices.queries import visible_to
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation

NEWEST = 1_000
"""Invoices of which the suppliers are offered; any other can be typed."""
LISTS = ("accounts", "centres")


@dataclass(frozen=True)
class Offered:
    """The names of suppliers, and the codes by the id of their list."""

    suppliers: list[str]
    codes: list[tuple[str, list[OfChart]]]


def offered_in(place: Organisation, member: Member) -> Offered:
    """The suppliers of the newest invoices that the member sees, and the codes of the chart."""
    rows = visible_to(member).filter(organisation=place).order_by("-received_at")
    names = rows.values_list("supplier_name", flat=True)[:NEWEST]
    codes = [each for each in Chart.of(place.id).offered if each[0] in LISTS]
    return Offered(sorted({name for name in names if name}, key=str.casefold), codes)
