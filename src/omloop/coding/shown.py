"""What pages show of a coding: its lines, where they come from, and what is left."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from omloop.coding.changing import NewLine
from omloop.coding.models import CodingLine, CodingTemplate, DivisionKey
from omloop.coding.queries import is_coded_here, lines_of, total_of
from omloop.invoices.models import Invoice
from omloop.invoices.queries import visible_to
from omloop.organisations.members import Member
from omloop.organisations.rights import Right
from omloop.people.models import names_of

Line = CodingLine | NewLine


@dataclass(frozen=True)
class Because:
    """A sentence that says where lines come from; with the invoice that they follow, if he may see that."""

    text: str
    invoice: Invoice | None = None


@dataclass(frozen=True)
class Shown:
    """The coding of an invoice as a page shows it."""

    lines: list[CodingLine]
    because: list[Because]
    left: Decimal | None
    can_code: bool


def shown_of(invoice: Invoice, member: Member) -> Shown | None:
    """The coding of an invoice; None where the organisation does not code and nothing was coded.

    A fixed number of queries, however many lines.
    """
    lines = lines_of(invoice)
    if not lines and not is_coded_here(invoice.organisation_id):
        return None
    left = None if invoice.without_vat is None else invoice.without_vat - total_of(lines)
    has_ended = invoice.state in (Invoice.State.REJECTED, Invoice.State.CANCELLED)
    is_fixed = has_ended or invoice.booked_at is not None
    can_code = member.can(Right.CODE, invoice.organisation_id) and not is_fixed
    return Shown(lines, because_of(lines, member), left, can_code)


def because_of(lines: Sequence[Line], member: Member) -> list[Because]:
    """Where lines come from, each reason once; four queries at most."""
    telling = {
        CodingLine.Origin.TEMPLATE: _by_template,
        CodingLine.Origin.HISTORY: _as_before,
        CodingLine.Origin.DIVISION: _by_key,
        CodingLine.Origin.TYPED: _by_hand,
    }
    found = [(tell, [line for line in lines if line.origin == origin]) for origin, tell in telling.items()]
    return [tell(some, member) for tell, some in found if some]


def _by_template(lines: Sequence[Line], member: Member) -> Because:
    found = CodingTemplate.objects.filter(id=lines[0].why["template"])
    template = found.select_related("kept_by").first()
    by = template.kept_by.name if template and template.kept_by else _("somebody")
    return Because(_("Proposed: %(name)s had Omloop remember this coding for the supplier.") % {"name": by})


def _as_before(lines: Sequence[Line], member: Member) -> Because:
    """The invoice is named only to who may see it himself."""
    earlier = visible_to(member).filter(id=lines[0].why["invoice"]).first()
    if lines[0].why.get("credits"):
        return Because(_("Proposed: as on the invoice that it credits, with the sign turned."), earlier)
    times = int(lines[0].why.get("times", 1))
    if earlier is None:
        return Because(_("Proposed: as on an earlier invoice of this supplier."))
    if lines[0].why.get("by_line"):
        text = _(
            "Proposed line by line: that is how these texts were booked on the last %(n)d invoices with them,"
        )
        return Because(
            text % {"n": times} if times > 1 else _("Proposed line by line, as booked before:"), earlier
        )
    if times > 1:
        text = _("Proposed: as on the last %(n)d coded invoices of this supplier, the newest:")
        return Because(text % {"n": times}, earlier)
    return Because(_("Proposed: as on the last coded invoice of this supplier,"), earlier)


def _by_key(lines: Sequence[Line], member: Member) -> Because:
    ids = {line.why["key"] for line in lines}
    names = DivisionKey.objects.filter(id__in=ids).order_by("name").values_list("name", flat=True)
    return Because(_("Divided by the key %(names)s.") % {"names": ", ".join(names)})


def _by_hand(lines: Sequence[Line], member: Member) -> Because:
    people = {line.typed_by_id for line in lines if isinstance(line, CodingLine) and line.typed_by_id}
    names = sorted(names_of(people).values())
    return Because(_("Coded by %(names)s.") % {"names": ", ".join(names) or _("the system")})
