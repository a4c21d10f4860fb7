"""By what a supplier is known again: VAT number, else KvK number, else name."""

from omloop.invoices.models import Invoice


def supplier_key(invoice: Invoice) -> str:
    """The same for every invoice of one supplier; empty when the invoice names nobody."""
    return key_of(vat=invoice.supplier_vat, kvk=invoice.supplier_kvk, name=invoice.supplier_name)


def key_of(*, vat: str, kvk: str, name: str) -> str:
    """By what a supplier with these is known; numbers without their signs, all in small letters."""
    for number in (vat, kvk):
        if known := "".join(filter(str.isalnum, number)).casefold():
            return known
    return " ".join(name.split()).casefold()
