"""How an organisation lets its invoices circulate: four eyes, what limits compare, answers by mail."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.tenancy.history import HistoryManager, WithHistory
from omloop.tenancy.models import OfOrganisation

STILL = models.Q(valid__upper_inf=True)


class FourEyes(models.TextChoices):
    """Which steps of one invoice need different people (rules 3.5)."""

    OFF = "off", _("none")
    APPROVE = "approve", _("all steps that approve")
    ALL = "all", _("all steps")


class CirculationSettings(WithHistory, OfOrganisation):
    """What holds from a moment on; no row: as delivered.

    `counts_vat`: limits and amounts of the scheme compare the total with VAT, else without (rules 3.6).
    `answers_by_mail`: the links in mails open a task without signing in.
    """

    four_eyes = models.TextField(
        _("different people for"), choices=FourEyes.choices, default=FourEyes.APPROVE
    )
    counts_vat = models.BooleanField(_("limits count VAT"), default=True)
    answers_by_mail = models.BooleanField(_("answering by a link in a mail"), default=False)

    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(
                fields=["organisation"], condition=STILL, name="organisation_has_one_way_of_circulating"
            ),
            models.CheckConstraint(
                condition=models.Q(four_eyes__in=FourEyes.values), name="four_eyes_are_known"
            ),
        ]


class ExchangeRate(OfOrganisation):
    """What one unit of a currency was worth in the organisation's own, from a day until the next rate (3.6).

    A rate is never changed: another for the same day comes after it, and counts from then on.
    """

    currency = models.CharField(_("currency"), max_length=3)
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)
    from_on = models.DateField(_("from"))
    set_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta(OfOrganisation.Meta):
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="rate_is_positive"),
            models.CheckConstraint(
                condition=models.Q(currency__regex="^[A-Z]{3}$"), name="rate_is_of_a_currency"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "currency", "-from_on", "-id"], name="newest_rate_first")
        ]
