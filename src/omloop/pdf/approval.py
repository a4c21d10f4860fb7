"""The page of who decided what about an invoice, and when (rules 4.7)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from omloop.pdf.cleaning import cleaned
from omloop.pdf.typesetting import typeset
from omloop.pdf.words import Language, labels, moment


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision: when by the clock to show, who, for whom (if not himself), what, and his remark.

    `counted_as_check` marks an approval above a limit. One that counts no more says since when, and what he
    said of it, or by whom it lapsed.
    """

    at: datetime
    person: str
    what: str
    for_person: str = ""
    remark: str = ""
    counted_as_check: bool = False
    withdrawn_at: datetime | None = None
    withdrawal: str = ""
    voided_by: str = ""


def approval_page(
    *,
    heading: str,
    facts: Sequence[tuple[str, str]],
    decisions: Sequence[Decided],
    made_at: datetime,
    language: Language,
) -> bytes:
    """A PDF of who decided what: "B, for A", each decision with its moment and remark.

    `facts` are rows of a label and a value that say which invoice it is.
    """
    texts = labels(language)
    rows = [
        {
            "when": moment(each.at, language),
            "who": f"{each.person}, {texts['for']} {each.for_person}" if each.for_person else each.person,
            "what": each.what,
            "remark": each.remark,
            "note": texts["counted_as_check"] if each.counted_as_check else "",
            "over": _over(each, texts, language),
        }
        for each in decisions
    ]
    values = {
        "lang": language.value,
        "l": texts,
        "heading": heading,
        "facts": [list(fact) for fact in facts if fact[1]],
        "rows": rows,
        "made_at": f"{texts['made_at']} {moment(made_at, language)}",
    }
    return typeset("approval", cleaned(values), made_on=made_at.date())


def _over(each: Decided, texts: Mapping[str, str], language: Language) -> str:
    """Why it counts no more, and since when; empty while it does."""
    if each.withdrawn_at is None:
        return ""
    when = moment(each.withdrawn_at, language)
    if each.voided_by:
        return f"{texts['lapsed']} {when}, {texts['by']} {each.voided_by}"
    said = f": {each.withdrawal}" if each.withdrawal else ""
    return f"{texts['withdrawn']} {when}{said}"
