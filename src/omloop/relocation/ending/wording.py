"""In words: what was asked, and why it is refused (rules 7.6)."""

from django.utils.translation import gettext as _

from omloop.relocation.ending import refusals
from omloop.relocation.ending.models import Ending


def tell_asked(ending: Ending) -> str:
    """What happens next."""
    if ending.kind == Ending.Kind.DELETE:
        return _("Asked. First an export is made; after that somebody of the other side can consent.")
    return _("Asked. It happens as soon as somebody of the other side consents.")


def tell_ending_refusal(refusal: refusals.EndingRefused) -> str:
    """One sentence or two: why nothing was changed, and what to do next."""
    return {
        refusals.AlreadyEnding: _("Something is asked here already. Answer that first, or call it off."),
        refusals.NotOpen: _("This is not asked any more. Look below at how it stands."),
        refusals.NotClosed: _("Close the organisation first: only what is closed can lose documents."),
        refusals.NothingMayGo: _("Every document is inside its term, or held: nothing may go yet."),
        refusals.IsMoving: _("A plan to move it waits for consent. Finish that or drop it first."),
        refusals.ExportMissing: _("The export is still being made. Consent once it is there."),
        refusals.TooLateToCallOff: _("This is being done or over, and can't be called off any more."),
        refusals.StillOpenWork: _("There is open work. Below you see with whom; settle that first."),
    }[type(refusal)]
