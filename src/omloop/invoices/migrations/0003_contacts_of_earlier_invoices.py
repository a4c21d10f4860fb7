"""Contacts of the invoices that were read before contacts were kept; read from the originals."""

import logging

from django.db import migrations

logger = logging.getLogger("omloop.invoices")


def fill_contacts(apps, schema_editor):
    """One invoice after another; an original that is damaged is named in the log and passed over."""
    from omloop import einvoice
    from omloop.intake.files import FileDamaged, read
    from omloop.invoices.storing import contacts

    Invoice, Contact = apps.get_model("invoices", "Invoice"), apps.get_model("invoices", "Contact")
    earlier = Invoice.objects.filter(contacts=None).values_list(
        "id", "organisation_id", "confidential", "document__sha256"
    )
    for invoice_id, organisation_id, confidential, digest in earlier.iterator():
        try:
            found = contacts(einvoice.read(read(organisation_id, digest)))
        except (FileDamaged, einvoice.Unreadable) as fault:
            logger.warning("contacts of invoice %s were not read: %s", invoice_id, fault)
            continue
        own = {"invoice_id": invoice_id, "organisation_id": organisation_id, "confidential": confidential}
        Contact.objects.bulk_create(Contact(**own, **each) for each in found)


class Migration(migrations.Migration):
    dependencies = [("invoices", "0002_contacts"), ("intake", "0001_initial")]
    operations = [migrations.RunPython(fill_contacts, migrations.RunPython.noop)]
