"""What every page knows about its frame: theme, demo mark, version and where in the menu it stands."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.metadata import version

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

THEMES = ("light", "dark")
THEME_COOKIE = "theme"
SECTIONS = (
    "worklist",
    "invoices",
    "sales_invoices",
    "attention",
    "disputes",
    "upload",
    "organisations",
    "people",
    "absences_of_others",
    "environment",
    "notices",
)
ALSO = {
    "unreadable": "invoices",
    "to_recognise": "invoices",
    "incoming": "upload",
    "data_subject": "organisations",
}
"""Pages that belong to a section without standing under its address."""


@dataclass(frozen=True)
class Frame:
    """The frame of one page."""

    path: str
    theme: str
    demo: bool

    @property
    def version(self) -> str:
        """Version of the program."""
        return _version()

    @cached_property
    def section(self) -> str:
        """Name of the menu item the page belongs to: its address is the longest start of the page's.

        The start page `/` is the start of every address, so it has itself alone.
        """
        addresses = {name: _address(name) for name in (*SECTIONS, *ALSO)}
        above = [name for name, address in addresses.items() if self._lies_under(address)]
        longest = max(above, key=lambda name: len(addresses[name]), default="")
        return ALSO.get(longest, longest)

    def _lies_under(self, address: str) -> bool:
        return self.path == address or (len(address) > 1 and self.path.startswith(address))


def frame(request: HttpRequest) -> dict[str, Frame]:
    """Context processor: `frame` in every template."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {"frame": Frame(path=request.path, theme=theme if theme in THEMES else "", demo=settings.DEMO)}


@lru_cache(maxsize=1)
def _version() -> str:
    return version("omloop")


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
