"""Why there is no PDF, for people: what happened, why, and what to do (rules 7.6)."""

from django.utils.translation import gettext as _

from omloop.papers.refusals import NoHybrid, NoOriginalPdf, NoPdf, TooLarge
from omloop.pdf.refusals import WorkerBusy


def why_not(refused: Exception) -> str:
    """The sentence for this refusal."""
    texts: dict[type[Exception], str] = {
        NoPdf: _(
            "There is no PDF: the supplier sent none, and the settings of the organisation say that none is "
            "made. You can still choose the reading view."
        ),
        NoOriginalPdf: _("The supplier sent no PDF with this invoice. Choose the reading view."),
        NoHybrid: _(
            "This invoice can't be put into a PDF as XML, for it says something that has no place there. "
            "Choose the reading view."
        ),
        TooLarge: _(
            "This invoice with its attachments is too large for one PDF. Download the original and the "
            "attachments one by one."
        ),
        WorkerBusy: _("Many PDFs are being made right now. Try again in a minute."),
    }
    return texts.get(type(refused), _("The file of this invoice can't be read any more. Ask the operator."))
