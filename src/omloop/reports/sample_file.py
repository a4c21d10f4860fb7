"""The sample as one file: a page to read, the rights of the deciders, originals, and a JSON an invoice."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from omloop.intake import files
from omloop.intake.files import FileDamaged
from omloop.invoices.models import InvoiceLine
from omloop.reports.grounds import Ground
from omloop.reports.parcel import STYLE, File, suffix_of
from omloop.reports.sample import Drawn, Judged, Sample
from omloop.web.spreadsheets import as_csv

INVOICE_FACTS = (
    "number", "kind", "supplier_name", "supplier_kvk", "supplier_vat", "buyer_name", "issued_on", "due_on",
    "import_date", "currency", "without_vat", "vat", "with_vat", "payable", "iban", "order_reference",
    "buyer_reference", "confidential",
)  # fmt: skip
LINE_FACTS = ("position", "name", "description", "quantity", "unit", "price", "vat_rate", "net")


def files_of(sample: Sample) -> Iterator[File]:
    """All files of the sample; what the database knows is read now, originals when their turn comes."""
    described = [_described(sample, drawn) for drawn in sample.drawn]
    page = render_to_string("reports/file/sample.html", {"sample": sample, "rows": described})
    first = [("index.html", page.encode()), STYLE, ("register.csv", _register(sample))]
    return _one_by_one(sample, first, described)


def _one_by_one(sample: Sample, first: list[File], described: list[dict[str, Any]]) -> Iterator[File]:
    yield from first
    for drawn, row in zip(sample.drawn, described, strict=True):
        yield row["json_name"], row["json"]
        yield _original(sample, drawn, row["original_name"])


def _original(sample: Sample, drawn: Drawn, name: str) -> File:
    """The bytes as they came in; where they are lost or damaged a sentence says so, which is a finding."""
    document = drawn.invoice.document
    try:
        return name, files.read(sample.organisation.id, document.sha256)
    except FileDamaged:
        said = f"The original with SHA-256 {document.sha256} is missing or damaged in the store."
        return f"{name}.damaged.txt", said.encode()


def _described(sample: Sample, drawn: Drawn) -> dict[str, Any]:
    folder = f"invoices/{drawn.number:03}"
    facts = _facts(sample, drawn)
    return {
        "drawn": drawn,
        "decisions": list(zip(drawn.decisions, facts["decisions"], strict=True)),
        "json_name": f"{folder}/invoice.json",
        "json": json.dumps(facts, ensure_ascii=False, indent=1, default=str).encode(),
        "original_name": f"{folder}/original.{suffix_of(drawn.invoice.document.filename)}",
    }


def _facts(sample: Sample, drawn: Drawn) -> dict[str, Any]:
    invoice, document = drawn.invoice, drawn.invoice.document
    return {
        **{name: getattr(invoice, name) for name in INVOICE_FACTS},
        "id": invoice.id,
        "organisation": sample.organisation.name,
        "received_at": clock(sample, document.received_at),
        "received_by": document.channel,
        "original": {"sha256": document.sha256, "size": document.size, "filename": document.filename},
        "lines": [_line(line) for line in drawn.lines],
        "decisions": [_decision(sample, judged) for judged in drawn.decisions],
    }


def _line(line: InvoiceLine) -> dict[str, Any]:
    return {name: getattr(line, name) for name in LINE_FACTS}


def _decision(sample: Sample, judged: Judged) -> dict[str, Any]:
    decision = judged.decision
    return {
        "at": clock(sample, decision.decided_at),
        "action": decision.action,
        "asked": decision.step.action,
        "by": judged.name,
        "on_behalf_of": judged.for_name,
        "remark": decision.remark,
        "withdrawn_at": clock(sample, decision.withdrawn_at) if decision.withdrawn_at else None,
        "withdrawal": decision.withdrawal,
        "rights": [_right(sample, ground) for ground in judged.grounds],
        "limit": str(judged.limit.amount) if judged.limit else None,
    }


def _right(sample: Sample, ground: Ground) -> dict[str, str]:
    return {
        "right": ground.right,
        "group": ground.group,
        "since": clock(sample, ground.held.since),
        "granted_by": ground.by,
    }


def _register(sample: Sample) -> bytes:
    head = (
        _("Invoice"), _("Number"), _("Supplier"), _("Amount"), _("Currency"), _("Decided at"), _("Decision"),
        _("By"), _("On behalf of"), _("Right"), _("Group"), _("Since"), _("Granted by"), _("Limit"),
    )  # fmt: skip
    return as_csv(head, _register_rows(sample))


def _register_rows(sample: Sample) -> Iterator[tuple[object, ...]]:
    """A row for each right that a decider held when he decided; one without any right stands there too."""
    for drawn in sample.drawn:
        invoice = drawn.invoice
        about = (drawn.number, invoice.number, invoice.supplier_name, invoice.with_vat, invoice.currency)
        for judged in drawn.decisions:
            decision = judged.decision
            at = clock(sample, decision.decided_at)
            made = (at, decision.word, judged.name, judged.for_name)
            limit = judged.limit.amount if judged.limit else None
            rights = [(g.right, g.group, clock(sample, g.held.since), g.by) for g in judged.grounds]
            for right in rights or [("", "", "", "")]:
                yield (*about, *made, *right, limit)


def clock(sample: Sample, at: datetime) -> str:
    """An instant on the clock of the organisation, to the second."""
    return at.astimezone(sample.organisation.zone).isoformat(sep=" ", timespec="seconds")
