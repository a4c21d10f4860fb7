"""What makes invoices findable: their words, and the filters that people keep (rules 2.8)."""

from uuid import UUID

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation


class InvoiceWords(OfOrganisation, Confidential):
    """The words of one invoice, those of its supplier with weight A; beside it, for lists don't read them."""

    invoice = models.OneToOneField(
        "invoices.Invoice", on_delete=models.PROTECT, db_constraint=False, related_name="words"
    )
    words = SearchVectorField()

    invoice_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="invoice", name="words_in_one_organisation", follows=("confidential",)),
        ]
        indexes = [GinIndex(fields=["words"], name="invoices_by_word")]


class SavedFilter(OfOrganisation):
    """A filter of the list of invoices under a name: its maker's own, or for everybody of the organisation.

    `query` is the part of the address after the question mark. What is removed stays, with its moment.
    """

    person = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    query = models.TextField()
    is_shared = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    person_id: UUID
    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        pass
