"""By what a supplier is known again: VAT number, else KvK number, else name."""

from omloop.invoices.models import Invoice


def supplier_key(invoice: Invoice) -> str:
    """The same for every invoice of one supplier; empty when the invoice names nobody."""
    for number in (invoice.supplier_vat, invoice.supplier_kvk):
        if known := "".join(filter(str.isalnum, number)).casefold():
            return known
    return " ".join(invoice.supplier_name.split()).casefold()
