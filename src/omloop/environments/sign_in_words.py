"""What went wrong with a provider, for whoever stands before its door."""

from django.utils.translation import gettext_lazy as _

TRUST = _("Omloop therefore trusts nothing of this answer, and nobody was signed in.")

WORDS = {
    "unreachable": _("The provider did not answer in time, or not as it should."),
    "malformed": _("The provider's answer can't be read."),
    "issuer": _("The provider says that it is another one than the environment named."),
    "no_token": _("The provider gave no proof of who you are."),
    "signature": _("The proof of who you are is not signed by the provider."),
    "audience": _("The proof of who you are was made for another application."),
    "expired": _("The proof of who you are is too old, or the clocks differ."),
    "nonce": _("The proof of who you are belongs to another sign-in."),
    "state": _("This sign-in was not begun in this browser, or too long ago."),
    "cancelled": _("You stopped at the provider."),
    "declined": _("The provider did not let you through."),
    "unknown": _("The provider knows you, but this account is not linked to anybody in Omloop yet."),
    "linked_to_other": _("This account is linked to somebody else, or you are linked to another account."),
}
"""By `ProviderRefused.why`."""

ABOUT_THE_PERSON = ("state", "cancelled", "declined", "unknown", "linked_to_other")
"""Where the provider itself did nothing wrong."""
