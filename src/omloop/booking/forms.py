"""In which forms an export can be had: our own, and ready ones for packages (rules 3.11).

docs/bookkeeping-files.md says which source each form for a package follows, and what could not be verified.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from omloop.booking.exact import exact_of
from omloop.booking.files import csv_of, profiled
from omloop.booking.models import Batch, ExportProfile
from omloop.booking.twinfield import twinfield_of
from omloop.booking.ubl import ubl_of
from omloop.booking.xaf import xaf_of

CSV, XML = "text/csv; charset=utf-8", "application/xml"


@dataclass(frozen=True)
class Form:
    """A form: how its button is called, how its file ends, and what makes it of a batch."""

    label: str | Promise
    ending: str
    content_type: str
    parts: Callable[[Batch], Iterable[bytes]]
    kinds: tuple[str, ...] = tuple(Batch.Kind.values)
    """Of which exports it can be had."""

    @property
    def is_streamed(self) -> bool:
        """Whether it may be too large to have in memory at once."""
        return self.ending == "zip"


def _whole(make: Callable[[Batch], bytes]) -> Callable[[Batch], Iterable[bytes]]:
    return lambda batch: [make(batch)]


def _in(profile: ExportProfile) -> Callable[[Batch], Iterable[bytes]]:
    return lambda batch: [profiled(batch, profile)]


def _ready(**columns: str) -> ExportProfile:
    """A ready profile: names of our columns in the order of the package, each under the heading there."""
    return ExportProfile(columns=list(columns.items()), separator=";", decimal_sign=",", dates="%d-%m-%Y")


AFAS = _ready(
    year="Boekjaar",
    period="Periode",
    administration="Nummer administratie",
    journal="Dagboek",
    account_type="Kenmerk rekening",
    account_or_creditor="Rekeningnummer",
    booking_date="Datum boeking",
    invoice_date="Boekstukdatum",
    reference="Boekstuknummer",
    invoice_number="Factuurnummer",
    due_date="Vervaldatum factuur",
    description_with_period="Omschrijving boeking",
    debit="Bedrag debet",
    credit="Bedrag credit",
    vat_code="Btw-code",
    cost_centre="Code verbijzonderingsas 1",
    cost_unit="Code verbijzonderingsas 2",
)
EXACT = _ready(
    journal="Dagboek",
    line_year="Boekjaar",
    line_month="Periode",
    reference="Boekstuknummer",
    booking_date="Datum",
    creditor="Relatie",
    invoice_number="Uw referentie",
    due_date="Vervaldatum",
    account="Grootboekrekening",
    description="Omschrijving",
    amount="Bedrag",
    vat_code="BTW-code",
    cost_centre="Kostenplaats",
    cost_unit="Kostendrager",
)
FORMS = {
    "csv": Form("CSV", "csv", CSV, _whole(csv_of)),
    "xaf": Form("XAF 3.2", "xaf", XML, _whole(xaf_of)),
    "ubl": Form(_("UBL with coding"), "zip", "application/zip", ubl_of, kinds=(Batch.Kind.FULL,)),
    "exact": Form("Exact Online", "xml", XML, _whole(exact_of)),
    "exact-csv": Form("Exact Online, CSV", "csv", CSV, _in(EXACT)),
    "afas": Form("AFAS", "csv", CSV, _in(AFAS)),
    "twinfield": Form("Twinfield", "xml", XML, _whole(twinfield_of)),
}
"""By their names in addresses and in the API."""
READY = {"exact-csv": EXACT, "afas": AFAS}
"""The ready profiles among them, for what is no export: the month-end list."""


def forms_of(batch: Batch) -> dict[str, Form]:
    """In which forms a batch can be had."""
    return {name: form for name, form in FORMS.items() if batch.kind in form.kinds}


def name_of(batch: Batch, form: str) -> str:
    """What the file of a batch is called: `omloop-12.xaf`, `omloop-12-afas.csv`."""
    ending = FORMS[form].ending
    said = "" if form == ending else f"-{form}"
    return f"omloop-{batch.name}{said}.{ending}"
