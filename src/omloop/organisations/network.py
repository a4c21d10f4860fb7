"""What an organisation needs before it can exchange documents over a network (rules 1.7)."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from omloop.tenancy.constraints import SameOrganisation
from omloop.tenancy.history import HistoryManager, WithHistory
from omloop.tenancy.models import OfOrganisation

OF_SHOWN_ORGANISATIONS = "organisation_id IN (SELECT id FROM organisations_organisation)"
"""A wall as wide as that of the organisation itself: administrators of its environment see the row too."""


class Activation(OfOrganisation):
    """Somebody asked to activate the organisation; `outcome` says what was decided, and is empty until then.

    `kvk` is the number that was proven. `decided_by` is the signature of who decided: `operator`.
    """

    class Proof(models.TextChoices):
        OPERATOR = "operator", _("approval by the operator")

    class Outcome(models.TextChoices):
        ACTIVATED = "activated", _("activated")
        REFUSED = "refused", _("refused")

    wall: ClassVar[str] = OF_SHOWN_ORGANISATIONS

    kvk = models.CharField(max_length=8, blank=True)
    proof = models.TextField(choices=Proof.choices, default=Proof.OPERATOR)
    asked_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    outcome = models.TextField(choices=Outcome.choices, blank=True)
    reason = models.TextField(blank=True)

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(outcome__in=["", "activated", "refused"]),
                name="activation_outcome_is_known",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="", decided_at=None)
                | (~models.Q(outcome="") & models.Q(decided_at__isnull=False)),
                name="activation_is_decided_at_a_moment",
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(outcome__in=["", "activated"]),
                name="organisation_is_activated_once",
            ),
            models.UniqueConstraint(
                fields=["kvk"],
                condition=models.Q(outcome="activated") & ~models.Q(kvk=""),
                name="kvk_number_is_activated_once",
            ),
        ]


class Identifier(OfOrganisation):
    """A number under which others can reach the organisation; it counts once it is confirmed.

    `scheme` is the code of the Electronic Address Scheme (EAS) of Peppol.
    """

    class Scheme(models.TextChoices):
        KVK = "0106", _("KvK")
        VAT = "9944", _("VAT")
        OIN = "0190", _("OIN")
        GLN = "0088", _("GLN")

    scheme = models.TextField(choices=Scheme.choices)
    number = models.CharField(_("number"), max_length=20)
    added_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(scheme__in=["0106", "9944", "0190", "0088"]),
                name="identifier_scheme_is_known",
            ),
            models.UniqueConstraint(
                fields=["organisation", "scheme"], name="organisation_has_one_identifier_of_a_scheme"
            ),
            models.UniqueConstraint(
                fields=["scheme", "number"],
                condition=models.Q(confirmed_at__isnull=False),
                name="identifier_is_confirmed_for_one_organisation",
            ),
        ]

    @property
    def address(self) -> str:
        """How the network writes it: `0106:90001001`."""
        return f"{self.scheme}:{self.number}"


class Receiving(WithHistory, OfOrganisation):
    """Documents are received on an identifier while this holds; no row: off (rules 1.7)."""

    identifier = models.ForeignKey(
        Identifier, on_delete=models.PROTECT, db_constraint=False, related_name="receiving"
    )

    objects: ClassVar[HistoryManager] = HistoryManager()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            SameOrganisation(field="identifier", name="receiving_in_one_organisation"),
            models.UniqueConstraint(
                fields=["organisation", "identifier"],
                condition=models.Q(valid__upper_inf=True),
                name="identifier_receives_once",
            ),
        ]


class ReceivingAnswer(OfOrganisation):
    """Whether to receive need not be asked again at sign-in: somebody said so."""

    answered_by = models.ForeignKey("people.Person", on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta(OfOrganisation.Meta):
        constraints = [
            *OfOrganisation.Meta.constraints,
            models.UniqueConstraint(fields=["organisation"], name="receiving_is_answered_once"),
        ]
