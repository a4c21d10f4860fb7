"""From a template of ours and values to a PDF: the only place that calls typst.

Values reach a template as JSON, so that they are text and never markup.
"""

import json
import tempfile
import threading
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal

import font_source_sans_pro
import typst

FAMILY = "Source Sans Pro"
FONTS = Path(font_source_sans_pro.__file__).parent / "files"
WEIGHTS = ("Regular", "Semibold", "Bold", "It")
SHEETS = Path(__file__).parent / "sheets"
ARCHIVAL: list[Literal["a-3a", "ua-1"]] = ["a-3a", "ua-1"]
"""PDF/A-3a, for it lasts and may carry XML, and PDF/UA-1, for it can be read aloud."""
_EVERY_WEIGHT = f'#set text(font: "{FAMILY}")\na *b* _c_ #text(weight: 600)[d]'.encode()
_OLDEST, _NEWEST = date(1990, 1, 1), date(2100, 1, 1)
_own = threading.local()


def typeset(
    sheet: str, values: Mapping[str, Any], *, archival: bool = True, made_on: date | None = None, **texts: str
) -> bytes:
    """The PDF that the template `sheets/<sheet>.typ` makes of these values; the same ones, the same bytes.

    `texts` are passed as they are. Every character must be in the font: `cleaning.cleaned` sees to that.
    """
    day = made_on if made_on and _OLDEST <= made_on <= _NEWEST else _OLDEST
    made = _compiler(sheet).compile(
        sys_inputs={"d": json.dumps(values, ensure_ascii=False), **texts},
        pdf_standards=[*ARCHIVAL] if archival else [],
        timestamp=datetime(day.year, day.month, day.day, tzinfo=UTC),
    )
    assert isinstance(made, bytes)  # noqa: S101 - only images of several pages come as a list
    return made


def _compiler(sheet: str) -> typst.Compiler:
    """One a thread: two that share one find it borrowed."""
    compilers: dict[str, typst.Compiler] = _own.__dict__.setdefault("compilers", {})
    if sheet not in compilers:
        compilers[sheet] = new_compiler(SHEETS / f"{sheet}.typ", SHEETS)
    return compilers[sheet]


def new_compiler(template: Path, root: Path) -> typst.Compiler:
    """A compiler that sees the files below `root` and our fonts, and nothing else."""
    nowhere = str(SHEETS / "no-packages")
    return typst.Compiler(
        str(template),
        root=str(root),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        package_path=nowhere,
        package_cache_path=nowhere,
    )


@cache
def _fonts() -> typst.Fonts:
    """The TrueType ones of four weights, read once: typst takes a folder, and theirs has each font twice."""
    with tempfile.TemporaryDirectory(prefix="omloop-fonts-") as folder:
        for weight in WEIGHTS:
            name = f"SourceSansPro-{weight}.ttf"
            (Path(folder) / name).symlink_to(FONTS / name)
        fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder])
        typst.compile(_EVERY_WEIGHT, font_paths=fonts, ignore_system_fonts=True)
    return fonts
