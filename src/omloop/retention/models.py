"""What is kept how long, what two people decide may go, and what stays of it (rules 2.8, 6.5)."""

from typing import ClassVar
from uuid import UUID

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from omloop.invoices.models import Invoice
from omloop.sending.models import SalesInvoice
from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.models import Confidential, OfOrganisation
from omloop.tenancy.walls import ids

NOT_ENDED = Q(ended_at__isnull=True)
_SHOWN = f"NOT confidential OR organisation_id = ANY ({ids('app.confidential_ids')})"
OF_SHOWN_ORGANISATIONS = f"organisation_id IN (SELECT id FROM organisations_organisation) AND ({_SHOWN})"  # noqa: S608
"""As wide as the organisation itself, for its environment's administrators agree to its end too (rules 6.5);
what was confidential stays so."""


class FinancialYear(OfOrganisation):
    """The month with which an organisation's financial year ends; without a row it is December."""

    ends_in = models.PositiveSmallIntegerField(default=12)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation"], name="organisation_has_one_financial_year"),
            models.CheckConstraint(
                condition=Q(ends_in__gte=1, ends_in__lte=12), name="financial_year_ends_in_a_month"
            ),
        ]


class KeptLonger(OfOrganisation, Confidential):
    """Why something is kept beyond seven years: real estate for ten, a legal hold for as long as it stands.

    Of an invoice or a sales invoice; a legal hold of neither is of the whole organisation. Ended, never
    changed; it is written in a closed organisation too, for its terms go on (rules 6.7).
    """

    class Kind(models.TextChoices):
        REAL_ESTATE = "real_estate", _("real estate")
        LEGAL_HOLD = "legal_hold", _("legal hold")

    goes_on_when_closed: ClassVar[bool] = True

    kind = models.TextField(choices=Kind.choices)
    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, null=True, db_constraint=False, related_name="kept_longer"
    )
    sale = models.ForeignKey(
        SalesInvoice, on_delete=models.PROTECT, null=True, db_constraint=False, related_name="kept_longer"
    )
    reason = models.TextField(blank=True)
    set_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()
    ended_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    organisation_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(
                field="invoice", name="kept_longer_in_one_organisation", follows=("confidential",)
            ),
            SameOrganisation(field="sale", name="sale_kept_longer_in_one_organisation"),
            models.CheckConstraint(
                condition=Q(kind="legal_hold") & ~Q(reason="")
                | Q(kind="real_estate") & (Q(invoice__isnull=False) | Q(sale__isnull=False)),
                name="kept_longer_says_what_or_why",
            ),
            models.CheckConstraint(
                condition=Q(invoice__isnull=True) | Q(sale__isnull=True), name="kept_longer_is_of_one_thing"
            ),
            models.UniqueConstraint(
                fields=["organisation", "kind", "invoice", "sale"],
                condition=NOT_ENDED,
                nulls_distinct=False,
                name="one_is_kept_longer_once_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "invoice"], name="kept_longer_of_invoice"),
            models.Index(fields=["organisation", "sale"], name="kept_longer_of_sale"),
        ]


class Removal(OfOrganisation, Confidential):
    """A list of what may go, that one person proposes and another confirms; then a job destroys it.

    `chosen` is a list of pairs: a kind of thing and a financial year. `listed` is the SHA-256 of the ids, so
    that what is confirmed is what was proposed. Confidential things stand in a list of their own.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", _("waits for a second person")
        RUNNING = "running", _("being destroyed")
        DONE = "done", _("destroyed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    state = models.TextField(choices=State.choices, default=State.PROPOSED)
    chosen = models.JSONField()
    listed = models.CharField(max_length=64)
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    proposed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    certificate = models.CharField(max_length=64, blank=True)
    """SHA-256 of the list of what went; it stands in the sealed trail too."""

    organisation_id: UUID
    proposed_by_id: UUID

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "running", "done", "withdrawn"]),
                name="removal_state_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "done"])
                | Q(confirmed_by__isnull=False) & ~Q(confirmed_by=F("proposed_by")),
                name="two_people_decide_what_goes",
            ),
            models.UniqueConstraint(
                fields=["organisation", "confidential"],
                condition=Q(state__in=["proposed", "running"]),
                name="one_removal_at_a_time",
            ),
        ]


class Destroyed(OfOrganisation, Confidential):
    """What stays of something that went: numbers, dates and hashes (rules 2.8, 6.5).

    `decision_id` is that of the removal, or of the end of an organisation in the room above, by which it
    went. `file_gone_at` is empty until its bytes are gone too, so that a job that was killed knows what is
    left.
    """

    class Kind(models.TextChoices):
        DOCUMENT = "document", _("purchase invoice or document")
        CONTAINER = "container", _("mail or ZIP")
        ATTACHMENT = "attachment", _("attachment")
        SALE = "sale", _("sales invoice")

    wall: ClassVar[str] = OF_SHOWN_ORGANISATIONS
    goes_on_when_closed: ClassVar[bool] = True

    decision_id = models.UUIDField()
    kind = models.TextField(choices=Kind.choices, default=Kind.DOCUMENT)
    document_id = models.UUIDField()
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    number = models.TextField(blank=True)
    issued_on = models.DateField(null=True)
    import_date = models.DateField()
    kept_until = models.DateField()
    destroyed_at = models.DateTimeField()
    file_gone_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation", "document_id"], name="document_goes_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["document", "container", "attachment", "sale"]),
                name="destroyed_kind_is_known",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "decision_id"], name="destroyed_by_decision")]
