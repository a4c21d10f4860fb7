"""The form of a customer: his numbers by their form and check digits (rules 1.7)."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from omloop.einvoice.rules.code_lists import COUNTRIES
from omloop.kernel import identifiers
from omloop.sending.customers import FIELDS
from omloop.sending.models import Customer

SCHEMES: dict[str, str | Promise] = {
    "": _("by KvK number or OIN"),
    "0106": _("KvK number (0106)"),
    "0190": _("OIN (0190)"),
    "9944": _("Dutch VAT number (9944)"),
    "0088": _("GLN (0088)"),
    "0208": _("Belgian enterprise number (0208)"),
    "9925": _("Belgian VAT number (9925)"),
    "9930": _("German VAT number (9930)"),
    "0204": _("German Leitweg-ID (0204)"),
    "9957": _("French VAT number (9957)"),
}
"""Kinds of electronic addresses (EAS) that a form offers."""
CHECKS: dict[str, Callable[[str], bool]] = {
    "kvk": identifiers.is_kvk_number,
    "oin": identifiers.is_oin,
    "gln": identifiers.is_gln,
    "iban": identifiers.is_iban,
}
OF_SCHEME: dict[str, Callable[[str], bool]] = {
    "0106": identifiers.is_kvk_number,
    "0190": identifiers.is_oin,
    "9944": identifiers.is_dutch_vat_number,
    "0088": identifiers.is_gln,
}
IMPOSSIBLE = _("This number can't exist: look at it once more.")


class CustomerForm(forms.Form):
    """What is known of a customer."""

    name = forms.CharField(label=_("Name"), max_length=200)
    street = forms.CharField(label=_("Street and number"), max_length=200, required=False)
    postal_code = forms.CharField(label=_("Postal code"), max_length=12, required=False)
    city = forms.CharField(label=_("City"), max_length=120, required=False)
    country = forms.CharField(
        label=_("Country"), min_length=2, max_length=2, initial="NL", help_text=_("Two letters, such as NL.")
    )
    kvk = forms.CharField(label=_("KvK number"), max_length=20, required=False)
    vat_number = forms.CharField(label=_("VAT number"), max_length=30, required=False)
    oin = forms.CharField(
        label=_("OIN"), max_length=30, required=False, help_text=_("Of a Dutch government body.")
    )
    gln = forms.CharField(label=_("GLN"), max_length=20, required=False)
    iban = forms.CharField(
        label=_("IBAN"), max_length=42, required=False, help_text=_("The account to pay back to.")
    )
    email = forms.EmailField(
        label=_("E-mail for invoices"),
        required=False,
        help_text=_("Used when the customer does not receive in Omloop."),
    )
    address_scheme = forms.ChoiceField(
        label=_("Electronic address"), choices=list(SCHEMES.items()), required=False
    )
    address_number = forms.CharField(label=_("Its number"), max_length=50, required=False)
    reference = forms.CharField(
        label=_("Reference on each invoice"),
        max_length=100,
        required=False,
        help_text=_("What the customer wants to read on it, such as a department or a cost centre."),
    )
    due_days = forms.IntegerField(
        label=_("Days to pay"),
        min_value=0,
        max_value=365,
        required=False,
        help_text=_("Empty: as your organisation has it."),
    )
    language = forms.ChoiceField(label=_("Language of mail and PDF"), choices=Customer.Language.choices)

    def __init__(self, data: Any = None, *, customer: Customer | None = None) -> None:
        super().__init__(
            data, initial={name: getattr(customer, name) for name in FIELDS} if customer else None
        )

    def clean_country(self) -> str:
        """As ISO 3166-1 has it."""
        country = str(self.cleaned_data["country"]).upper()
        if country not in COUNTRIES.split():
            raise forms.ValidationError(gettext("There is no such country: write NL, BE or DE."))
        return country

    def clean(self) -> dict[str, Any]:
        """Each number without spaces and dots, and possible."""
        said: dict[str, Any] = super().clean() or {}
        for name, can_exist in CHECKS.items():
            self._judge(said, name, can_exist)
        country = said.get("country", "")
        self._judge(said, "vat_number", lambda number: identifiers.is_vat_number(number, country))
        scheme = said.get("address_scheme", "")
        if bool(scheme) != bool(said.get("address_number")):
            self.add_error(
                "address_number", gettext("Choose the kind of address and fill in its number, or neither.")
            )
        self._judge(said, "address_number", OF_SCHEME.get(scheme, bool))
        return said

    def _judge(self, said: dict[str, Any], name: str, can_exist: Callable[[str], bool]) -> None:
        number = said.get(name)
        if not number or name in self.errors:
            return
        if can_exist(number):
            said[name] = identifiers.compact(number) if name != "address_number" else number.strip()
        else:
            self.add_error(name, str(IMPOSSIBLE))
