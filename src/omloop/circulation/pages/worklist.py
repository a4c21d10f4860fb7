"""The worklist as a page: what waits, in groups by due date, with the chosen invoice beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from omloop.circulation.models.consultations import Consultation
from omloop.circulation.pages.pager import Pager, pager_among
from omloop.circulation.reading.consulted import awaited_for, questions_for
from omloop.circulation.reading.sheet import Sheet, sheet_of, signed
from omloop.circulation.reading.worklist import Count, Cursor, Filter, Row, counts, sums, when, worklist
from omloop.circulation.routing.why import hold_line, read_names, short_reason
from omloop.invoices.queries import visible_to
from omloop.kernel.money import Money
from omloop.organisations.members import Member

VIEWS = ("list", "preview")
VIEW_COOKIE = "worklist_view"


class NotVisible(LookupError):
    """The invoice does not exist, or this member may not see it."""


@dataclass(frozen=True)
class Asked:
    """What the address of the page asks for; what it says wrongly is as if it were not said."""

    organisation_id: UUID | None = None
    only: Filter = Filter.ALL
    after: Cursor | None = None
    invoice_id: UUID | None = None
    view: str = "preview"

    @classmethod
    def read(cls, query: QueryDict, *, kept_view: str = "") -> "Asked":
        """From the address, and the view that was chosen on this device."""
        view = query.get("view", kept_view)
        return cls(
            organisation_id=_id(query.get("organisation", "")),
            only=_filter(query.get("filter", "")),
            after=_cursor(query.get("after", "")),
            invoice_id=_id(query.get("invoice", "")),
            view=view if view in VIEWS else "preview",
        )

    def address(self, **changes: object) -> str:
        """The address of this page with these changes; None leaves a part out."""
        parts: dict[str, object] = {
            "organisation": self.organisation_id,
            "filter": None if self.only == Filter.ALL else self.only,
            "after": self.after,
            "invoice": self.invoice_id,
            **changes,
        }
        query = QueryDict(mutable=True)
        query.update({name: str(value) for name, value in parts.items() if value is not None})
        return f"{reverse('worklist')}?{query.urlencode()}" if query else reverse("worklist")


@dataclass(frozen=True, slots=True)
class Line:
    """A row as the list shows it: what its box says, an amount with its sign, why in one line, where a click
    leads, its page."""

    row: Row
    label: str
    amount: Money | None
    why: str
    symbol: str
    address: str
    page: str


@dataclass(frozen=True)
class Section:
    """Rows under one heading; no count where the page can't know it."""

    key: str
    title: str
    lines: list[Line]
    count: int | None


@dataclass(frozen=True)
class Tab:
    """A filter, and how much waits under it."""

    title: str
    count: Count
    address: str
    is_current: bool


@dataclass(frozen=True)
class WorklistPage:
    """All that the page shows."""

    asked: Asked
    today: date
    count: Count
    sums: list[Money]
    tabs: list[Tab]
    sections: list[Section]
    questions: Sequence[Consultation]
    following: str
    start: str
    sheet: Sheet | None
    chosen_id: UUID | None
    pager: Pager | None
    then: str

    @property
    def everything(self) -> Count:
        """How much waits under no filter."""
        return self.tabs[0].count

    @property
    def list_address(self) -> str:
        """The same as a list alone."""
        return self.asked.address(view="list", invoice=None)

    @property
    def preview_address(self) -> str:
        """The same with an invoice beside it."""
        return self.asked.address(view="preview")

    @property
    def back_address(self) -> str:
        """The same with no invoice chosen."""
        return self.asked.address(invoice=None)


def worklist_page(member: Member, asked: Asked, *, today: date, now: datetime) -> WorklistPage:
    """Read it, in a number of queries that does not depend on how much waits.

    Without a chosen invoice the first is shown beside the list. Raises NotVisible for one that the member
    can't see.
    """
    place = asked.organisation_id
    found = counts(member, today=today, organisation_id=place)
    count = found[asked.only]
    page = worklist(member, today=today, organisation_id=place, only=asked.only, after=asked.after)
    names = read_names(row.why for row in page.rows)
    awaited = awaited_for(page.rows, now=now)
    lines = [_line(row, names, asked, today, awaited.get(row.id, [])) for row in page.rows]
    chosen_id = _chosen(page.rows, asked)
    pager = _pager(lines, chosen_id, page.following, asked, count)
    onward = (pager.next or pager.previous) if pager else ""
    return WorklistPage(
        asked=asked,
        today=today,
        count=count,
        sums=[] if count.capped else sums(member, today=today, organisation_id=place, only=asked.only),
        tabs=[_tab(each, found[each], asked) for each in Filter],
        sections=_sections(lines, today, is_whole=page.following is None and asked.after is None),
        questions=[] if asked.after else questions_for(member, organisation_id=place),
        following=_address_after(page.following, asked),
        start=asked.address(after=None, invoice=None) if asked.after else "",
        sheet=_sheet(member, chosen_id, today, now) if chosen_id else None,
        chosen_id=chosen_id,
        pager=pager,
        then=onward or asked.address(invoice=None, after=None),
    )


def _chosen(rows: list[Row], asked: Asked) -> UUID | None:
    """The invoice beside the list: the one asked for, else the first; none in a list alone."""
    if asked.view == "list":
        return None
    return asked.invoice_id or (rows[0].invoice_id if rows else None)


def _address_after(following: Cursor | None, asked: Asked) -> str:
    return asked.address(after=following, invoice=None) if following else ""


def _pager(
    lines: list[Line], chosen_id: UUID | None, following: Cursor | None, asked: Asked, count: Count
) -> Pager | None:
    return pager_among(
        [(line.row.invoice_id, line.address) for line in lines],
        chosen_id,
        count=None if asked.after else count,
        following=_address_after(following, asked),
    )


def _sheet(member: Member, invoice_id: UUID, today: date, now: datetime) -> Sheet:
    found = visible_to(member).select_related("document", "organisation").filter(id=invoice_id).first()
    if found is None:
        raise NotVisible(str(invoice_id))
    return sheet_of(found, member, today=today, now=now)


def _line(row: Row, names: dict[UUID, str], asked: Asked, today: date, awaited: list[str]) -> Line:
    page = reverse("invoice", args=[row.invoice_id])
    advice = _("Waits for the advice of %(names)s") % {"names": ", ".join(awaited)} if awaited else ""
    said = {"number": row.number, "supplier": row.supplier_name}
    return Line(
        row=row,
        label=_("Select invoice %(number)s of %(supplier)s") % said,
        amount=signed(row.amount, row.currency, row.kind),
        why=hold_line(row.on_hold_until, today).rstrip(".") or advice or short_reason(row.why, names),
        symbol="clock" if awaited else _symbol(row),
        address=page if asked.view == "list" else asked.address(invoice=row.invoice_id),
        page=page,
    )


def _symbol(row: Row) -> str:
    if row.on_hold_until is not None:
        return "pause"
    if row.for_person_id is not None:
        return "swap"
    if row.why["sent"]:
        return "return" if "returned_by" in row.why["sent"] else "forward"
    return "users" if row.fallback else "rule"


def _sections(lines: list[Line], today: date, *, is_whole: bool) -> list[Section]:
    titles = {"late": _("Late"), "week": _("This week"), "later": _("Later")}
    by_key: dict[str, list[Line]] = {key: [] for key in titles}
    for line in lines:
        by_key[when(line.row.due_on, today)].append(line)
    return [
        Section(key, titles[key], same, len(same) if is_whole else None)
        for key, same in by_key.items()
        if same
    ]


def _tab(each: Filter, count: Count, asked: Asked) -> Tab:
    titles = {
        Filter.ALL: _("All"),
        Filter.LATE: _("Late"),
        Filter.SUBSTITUTE: _("Substitution"),
        Filter.FINDINGS: _("With findings"),
        Filter.ON_HOLD: _("On hold"),
    }
    only = None if each == Filter.ALL else each
    return Tab(titles[each], count, asked.address(filter=only, after=None, invoice=None), each == asked.only)


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _filter(text: str) -> Filter:
    return Filter(text) if text in set(Filter) else Filter.ALL


def _cursor(text: str) -> Cursor | None:
    try:
        return Cursor.parse(text)
    except ValueError:
        return None
