"""The findings of one invoice for people: what is wrong, how to mend it, and where that is."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import get_language

from omloop.circulation.reading.paper import Paper
from omloop.circulation.reading.places import Spot, spot_of
from omloop.invoices.models import Validation

PLACES = 20
"""Places of one finding that are shown."""
SPOTS = 6
"""Parts of the invoice that one finding points at."""
_SECOND_SENTENCE = re.compile(r"(?<=\.)\s(?=[A-Z])")


@dataclass(frozen=True)
class Found:
    """A finding, once for all the places where it was met; `places` are as `Validation.findings` has them."""

    rule: str
    flag: str
    text: str
    paper: Paper | None
    places: list[dict[str, Any]] = field(default_factory=list)

    @property
    def what(self) -> str:
        """What is wrong: the first sentence."""
        return _SECOND_SENTENCE.split(self.text, maxsplit=1)[0]

    @property
    def hint(self) -> str:
        """How to mend it: the rest, where there is any."""
        return "".join(_SECOND_SENTENCE.split(self.text, maxsplit=1)[1:])

    @property
    def terms(self) -> tuple[str, ...]:
        """The business terms of EN 16931 that it is about."""
        return tuple(self.places[0].get("terms", ()))

    @property
    def is_of_invoice(self) -> bool:
        """Whether it is about something in the invoice, and not about the file as a whole."""
        return bool(self.terms) or any((place.get("path") or "").count("/") > 1 for place in self.places)

    @property
    def spots(self) -> list[Spot]:
        """The parts of the invoice it points at, each once."""
        if not self.is_of_invoice:
            return []
        met = (spot_of(place.get("path") or "", self.terms, self.paper) for place in self.places)
        return list(dict.fromkeys(met))

    @property
    def first_spots(self) -> list[Spot]:
        """Those that are shown."""
        return self.spots[:SPOTS]

    @property
    def further(self) -> int:
        """How many parts of the invoice are not named."""
        return max(0, len(self.spots) - SPOTS)

    @property
    def is_placed(self) -> bool:
        """Whether it is known where in the file it is."""
        return any(place.get("path") or place.get("line") for place in self.places)

    @property
    def shown(self) -> list[dict[str, Any]]:
        """The first places in the file."""
        return self.places[:PLACES]


def found_in(validation: Validation | None, paper: Paper | None) -> list[Found]:
    """The findings, errors first, those that say the same together, in the reader's language."""
    language = "en" if (get_language() or "").startswith("en") else "nl"
    found: dict[tuple[str, str, str], Found] = {}
    for each in validation.findings if validation else []:
        key = (each["rule"], each["flag"], each[language])
        found.setdefault(key, Found(*key, paper)).places.append(each)
    return sorted(found.values(), key=lambda each: each.flag != "fatal")
