"""What the list of invoices shows."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from omloop.invoices.again import again_to
from omloop.invoices.filtering import FilterForm
from omloop.invoices.finding import ARCHIVE, MOST, count_found, page_sought
from omloop.invoices.models import Invoice
from omloop.invoices.queries import (
    PAGE,
    NoSuchPlace,
    Place,
    pictures_to,
    unreadable_to,
)
from omloop.invoices.saved import Shown, filters_for
from omloop.organisations.members import Member
from omloop.organisations.models import Organisation
from omloop.organisations.rights import Right

LOOK = {
    Invoice.State.RECEIVED: (1, "neutral"),
    Invoice.State.HELD: (1, "attention"),
    Invoice.State.CIRCULATING: (2, "info"),
    Invoice.State.APPROVED: (4, "good"),
    Invoice.State.REJECTED: (4, "danger"),
    Invoice.State.CANCELLED: (4, "neutral"),
}
"""How far the ring of a state is filled, in quarters, and its tone."""


@dataclass(frozen=True)
class InvoiceRow:
    """An invoice in the list."""

    invoice: Invoice
    ring: int
    tone: str


@dataclass(frozen=True)
class InvoiceList:
    """A page of invoices; `next` is where the following page begins.

    `count` is how many the filter finds, `MOST` + 1 for more and None without a filter. `left_out` are
    organisations that a file with what is shown would leave out; `exports`: there is anything to take out.
    """

    rows: list[InvoiceRow]
    next: Place | None
    form: FilterForm
    places: list[Organisation]
    organisation: Organisation | None
    count: int | None
    states: list[tuple[str, str | Promise]]
    has_unreadable: bool
    has_come_again: bool
    to_recognise: int
    is_first: bool
    saved: list[Shown]
    left_out: list[Organisation]
    exports: bool
    may_share: bool

    @classmethod
    def read(cls, member: Member, asked: Mapping[str, str]) -> "InvoiceList":
        """Read the page that `asked` names: the fields of the filter, and after; Http404 for none."""
        form, places, chosen = read_filter(member, asked)
        shown, place = [each.id for each in places if chosen in (None, each)], place_in(asked)
        page, following, count = _found(member, form, shown, place)
        allowed = member.where(Right.EXPORT)
        return cls(
            rows=[InvoiceRow(each, *LOOK[Invoice.State(each.state)]) for each in page],
            next=following,
            form=form,
            places=places,
            organisation=chosen,
            count=count,
            states=[*Invoice.State.choices, (ARCHIVE, _("archive"))],
            has_unreadable=unreadable_to(member).exists(),
            has_come_again=again_to(member).exists(),
            to_recognise=pictures_to(member)[:PAGE].count(),
            is_first="after" not in asked,
            saved=filters_for(member),
            left_out=[each for each in places if each.id in shown and each.id not in allowed],
            exports=bool(page and allowed.intersection(shown)),
            may_share=bool(member.where(Right.MANAGE_SETTINGS) & ({chosen.id} if chosen else set(shown))),
        )

    @property
    def state(self) -> str:
        """The state that is asked for, if one is."""
        return str(self.form.data.get("state", ""))

    @property
    def most(self) -> int | None:
        """How many are counted, where there are more."""
        return MOST if self.count is not None and self.count > MOST else None


def read_filter(
    member: Member, asked: Mapping[str, str]
) -> tuple[FilterForm, list[Organisation], Organisation | None]:
    """The filter, the organisations he may choose from, and the chosen one; Http404 for what there is not."""
    places = list(Organisation.objects.filter(id__in=member.rights).order_by("name", "id"))
    wanted = asked.get("organisation", "")
    chosen = next((each for each in places if str(each.id) == wanted), None)
    if (wanted and chosen is None) or asked.get("state", "") not in {"", ARCHIVE, *Invoice.State.values}:
        raise Http404
    return FilterForm(asked, places), places, chosen


def _found(
    member: Member, form: FilterForm, places: Collection[UUID], after: Place | None
) -> tuple[list[Invoice], Place | None, int | None]:
    if not form.is_valid():
        return [], None, None
    page, following = page_sought(member, form.sought, places, after)
    count = count_found(member, form.sought, places) if form.sought.is_anything else None
    return page, following, count


def place_in(asked: Mapping[str, str]) -> Place | None:
    """Where the page that is asked for begins; raises Http404 for a place that Omloop never gave."""
    if not asked.get("after"):
        return None
    try:
        return Place.parse(asked["after"])
    except NoSuchPlace:
        raise Http404 from None
