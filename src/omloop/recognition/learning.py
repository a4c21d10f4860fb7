"""What was confirmed teaches the next invoice of that supplier (rules 2.2)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from omloop.kernel.identifiers import compact
from omloop.recognition.anchors import Anchor, anchors_of
from omloop.recognition.labels import KIND_OF, Field
from omloop.recognition.models import Layout
from omloop.recognition.proposing import Reading, Supplier

KNOWN_BY = {
    "name": Field.SUPPLIER_NAME,
    "kvk": Field.SUPPLIER_KVK,
    "vat": Field.SUPPLIER_VAT,
    "iban": Field.IBAN,
}
"""The columns that say who the supplier is."""


def supplier_of(layout: Layout) -> Supplier:
    """As the proposals know him."""
    anchors = {Field(name): Anchor(**said) for name, said in layout.anchors.items() if name in set(Field)}
    return Supplier(layout.name, layout.kvk, layout.vat, layout.iban, anchors)


def layout_for(organisation_id: UUID, numbers: list[str]) -> Layout | None:
    """The layout of whom one of these numbers names, the last that was learned."""
    if not numbers:
        return None
    named = Q(vat__in=numbers) | Q(kvk__in=numbers) | Q(iban__in=numbers)
    found: Layout | None = (
        Layout.objects.filter(named, organisation_id=organisation_id).order_by("-learned_at", "id").first()
    )
    return found


def learn(organisation_id: UUID, confirmed: Mapping[Field, str], reading: Reading, *, now: datetime) -> None:
    """Remember who he is and where on this paper the confirmed values stand; what is not said or stands
    nowhere keeps what was known."""
    key = next((key for key in map(compact, _identities(confirmed)) if key), "")
    if not key:
        return
    preferred = {field: named[0].value for field in KIND_OF if (named := reading.named(field))}
    found = anchors_of(confirmed, preferred, reading.rows, reading.values)
    earlier = Layout.objects.filter(organisation_id=organisation_id, key=key).first()
    anchors = {**(earlier.anchors if earlier else {}), **{f.value: a.as_json() for f, a in found.items()}}
    said = {name: confirmed[field] for name, field in KNOWN_BY.items() if confirmed.get(field)}
    Layout.objects.update_or_create(
        organisation_id=organisation_id,
        key=key,
        defaults={**said, "anchors": anchors, "learned_at": now},
    )


def _identities(confirmed: Mapping[Field, str]) -> list[str]:
    """By what a supplier is known again, the best first."""
    names = (Field.SUPPLIER_VAT, Field.SUPPLIER_KVK, Field.IBAN)
    return [confirmed.get(field, "") for field in names]
