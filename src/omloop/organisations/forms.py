"""Forms of organisations: what is typed, and what is wrong with it in words (rules 1.6, 1.7)."""

import zoneinfo
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.organisations.changing import SETTINGS, change_organisation
from omloop.organisations.founding import SCHEMES, Company, add_organisation
from omloop.organisations.members import Member
from omloop.organisations.models import Identifier, Organisation, Share
from omloop.organisations.refusals import (
    Circle,
    NumberImpossible,
    NumberThere,
    ParentElsewhere,
    ParentTwice,
    SharesRefused,
    TooMuch,
)
from omloop.organisations.shares import Part, set_parents

IMPOSSIBLE = {
    Identifier.Scheme.KVK: _("A KvK number has eight digits, as 12345678. Look on the extract."),
    Identifier.Scheme.VAT: _(
        "This is no Dutch VAT number: NL, nine digits, B and two digits, as NL123456782B90. "
        "The check digits don't fit, so one of them is mistyped."
    ),
    Identifier.Scheme.OIN: _("An OIN has twenty digits and begins with 000000."),
    Identifier.Scheme.GLN: _(
        "A GLN has thirteen digits, and the last one checks the others. One of them is mistyped."
    ),
}
CURRENCIES = (
    *("EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN"),
    *("CZK", "HUF", "RON", "TRY", "CAD", "AUD", "JPY", "CNY"),
)
KINDS = [("", _("Choose…")), *Organisation.Kind.choices]
EMPTY_PARENTS = 2
"""Rows left open to add a parent; saving gives as many again."""


class OrganisationForm(forms.Form):
    """What is known of a company: name, place in the group, address."""

    name = forms.CharField(
        label=_("Statutory name"),
        max_length=200,
        error_messages={"required": _("Type the name as it stands in the register.")},
    )
    kind = forms.ChoiceField(label=_("Place in the group"), choices=KINDS, required=False)
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=12, required=False)
    city = forms.CharField(label=_("City"), max_length=120, required=False)


class AddForm(OrganisationForm):
    """A new organisation, as the register gave it or typed by hand."""

    kvk = forms.CharField(label=_("KvK number"), max_length=20, required=False)
    vat = forms.CharField(label=_("VAT number"), max_length=24, required=False)
    oin = forms.CharField(label=_("OIN (public bodies)"), max_length=30, required=False)
    gln = forms.CharField(label=_("GLN"), max_length=20, required=False)

    def __init__(self, data: Any = None, *, environments: Sequence[tuple[UUID, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.environments = environments
        if len(environments) > 1:
            self.fields["environment"] = forms.TypedChoiceField(
                label=_("Environment"), choices=[(str(key), name) for key, name in environments], coerce=UUID
            )

    def clean(self) -> dict[str, Any]:
        """One number at least, for an organisation is found by it."""
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not (cleaned["kvk"] or cleaned["oin"]):
            self.add_error("kvk", gettext("Type the KvK number; a public body without one types its OIN."))
        return cleaned

    def save(self, *, actor: Member, now: datetime) -> Organisation | None:
        """Add it; None when something is wrong, which stands at its field afterwards."""
        if not self.is_valid():
            return None
        chosen = {name: self.cleaned_data[name] for name in Company.__dataclass_fields__}
        environment_id = self.cleaned_data.get("environment", self.environments[0][0])
        try:
            return add_organisation(
                environment_id=environment_id, company=Company(**chosen), actor=actor, now=now
            )
        except NumberImpossible as refused:
            field = next(name for name, scheme in SCHEMES.items() if scheme == refused.scheme)
            self.add_error(field, str(IMPOSSIBLE[Identifier.Scheme(refused.scheme)]))
        except NumberThere:
            self.add_error(
                "kvk",
                gettext(
                    "An organisation of this environment has this number already. "
                    "If you don't see it, ask an administrator of it to make you a member."
                ),
            )
        return None


class SettingsForm(OrganisationForm):
    """Settings of an organisation."""

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(name, name.replace("_", " ")) for name in sorted(zoneinfo.available_timezones())],
        help_text=_("In this zone an invoice gets its import date."),
    )
    currency = forms.ChoiceField(
        label=_("Currency"),
        choices=[(code, code) for code in CURRENCIES],
        help_text=_("Approval limits and amounts in schemes are in this currency."),
    )

    def __init__(self, data: Any = None, *, organisation: Organisation) -> None:
        super().__init__(data, initial={name: getattr(organisation, name) for name in SETTINGS})
        self.organisation = organisation

    def save(self, *, actor: Member, now: datetime) -> bool:
        """Change what is different."""
        if not self.is_valid():
            return False
        change_organisation(
            organisation_id=self.organisation.id, settings=self.cleaned_data, actor=actor, now=now
        )
        return True


class ParentForm(forms.Form):
    """One parent: an organisation of the environment or a name from outside, and its share."""

    parent = forms.TypedChoiceField(label=_("Parent"), required=False, coerce=UUID, empty_value=None)
    parent_name = forms.CharField(label=_("Or a name from outside"), max_length=200, required=False)
    percent = forms.DecimalField(
        label=_("Share in percent"),
        required=False,
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        decimal_places=2,
        localize=True,
        error_messages={"invalid": _("Type a number, as 40 or 33,33.")},
    )

    def __init__(self, *arguments: Any, parents: Sequence[Organisation], **more: Any) -> None:
        super().__init__(*arguments, **more)
        choices = [("", gettext("Choose…")), *((str(each.id), each.name) for each in parents)]
        self.fields["parent"].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both a parent and a share, or nothing at all."""
        cleaned: dict[str, Any] = super().clean() or {}
        parent, name, percent = (cleaned.get(key) for key in ("parent", "parent_name", "percent"))
        if parent and name:
            self.add_error("parent_name", gettext("Choose a parent or type a name, not both."))
        elif (parent or name) and percent is None and "percent" not in self.errors:
            self.add_error("percent", gettext("Type which share this parent has."))
        elif percent is not None and not parent and not name:
            self.add_error("parent", gettext("Whose share is this? Choose a parent or type a name."))
        return cleaned

    def part(self) -> Part | None:
        """What the row says; None for an empty one."""
        chosen = self.cleaned_data
        if chosen.get("percent") is None:
            return None
        return Part(chosen["percent"], chosen["parent"], chosen["parent_name"])


ParentRows = forms.formset_factory(ParentForm, extra=EMPTY_PARENTS, max_num=20, absolute_max=20)


def parent_rows(data: Any, shares: Sequence[Share], parents: Sequence[Organisation]) -> Any:
    """The rows of parents, filled with the shares of this moment."""
    initial = [
        {"parent": str(share.parent_id or ""), "parent_name": share.parent_name, "percent": share.percent}
        for share in shares
    ]
    return ParentRows(data, initial=initial, form_kwargs={"parents": parents}, prefix="parents")


def save_parents(rows: Any, *, organisation: Organisation, actor: Member, now: datetime) -> str:
    """Set the parents of valid rows; what is wrong with them together, empty when it is done."""
    parts = [part for form in rows if (part := form.part())]
    try:
        set_parents(organisation_id=organisation.id, parts=parts, actor=actor, now=now)
    except SharesRefused as refused:
        return why_refused(refused)
    return ""


def why_refused(refused: SharesRefused) -> str:
    """What happened, and what to do."""
    match refused:
        case TooMuch():
            return gettext("Together the shares are more than 100%. Lower one of them.")
        case ParentTwice():
            return gettext("The same parent stands there twice. Add its shares up in one row.")
        case Circle():
            return gettext(
                "This company would own itself: one of these parents belongs to it, directly or through "
                "others. Choose another parent, or change the parents of that one first."
            )
        case ParentElsewhere():
            return gettext("This parent is not in the environment any more. Type its name instead.")
    return str(refused)
