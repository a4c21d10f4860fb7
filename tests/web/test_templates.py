"""Rules for every template, style sheet and script of the tree."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from django.template import engines

import omloop

ROOMS = Path(omloop.__file__).parent
STATIC = ROOMS / "web" / "static" / "web"
TEMPLATES = sorted(ROOMS.glob("*/templates/**/*.html"))
PYTHON = sorted(ROOMS.glob("**/*.py"))
SCRIPTS = sorted(ROOMS.glob("*/static/**/*.js"))
STYLES = sorted(STATIC.glob("*.css"))
SVG = "{http://www.w3.org/2000/svg}"


def named(path: Path) -> str:
    return str(path.relative_to(ROOMS))


def symbols() -> set[str]:
    return {str(symbol.get("id")) for symbol in ET.parse(STATIC / "icons.svg").iter(f"{SVG}symbol")}


def test_the_sprite_holds_every_icon_that_is_used() -> None:
    text = "\n".join(path.read_text() for path in (*TEMPLATES, *PYTHON))
    used = set(re.findall(r"""{% icon ["']([a-z-]+)["'] %}""", text))
    used |= set(re.findall(r"""symbol=["']([a-z-]+)["']""", text))
    used |= set(re.findall(r"""\bicon\(["']([a-z-]+)["']\)""", text))
    used |= {f"ring-{quarters}" for quarters in range(5)} | {"brand"}
    assert len(used) > 10
    assert used <= symbols(), f"not in icons.svg: {sorted(used - symbols())}"


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_template_runs_under_the_strict_policy(path: Path) -> None:
    """No inline style, no inline script, no event handler, nothing from elsewhere: the CSP would block it."""
    text = path.read_text()
    assert not re.search(r"<style\b|\sstyle=", text), "inline style"
    assert not re.search(r"""\son[a-z]+=["']""", text), "event handler in the markup"
    assert not re.search(r"\bhx-on\b|\bhx-vals=.js:|javascript:", text), "script in an attribute"
    for opening in re.findall(r"<script\b[^>]*>", text):
        assert " src=" in opening or 'type="application/json"' in opening, f"inline script: {opening}"
    assert not re.search(r"""(src|href)=["'](https?:)?//""", text.replace("https://goo.gl", "")), (
        "from elsewhere"
    )


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_template_compiles(path: Path) -> None:
    name = str(path.relative_to(path.parents[len(path.parts) - path.parts.index("templates") - 2]))
    assert engines["django"].get_template(name).template.nodelist


@pytest.mark.parametrize("path", STYLES, ids=named)
def test_style_sheet_closes_what_it_opens_and_uses_known_tokens(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
    assert text.count("{") == text.count("}")
    everything = "\n".join(sheet.read_text() for sheet in STYLES)
    known = set(re.findall(r"(--[a-z0-9-]+)\s*:", everything))
    used = set(re.findall(r"var\((--[a-z0-9-]+)\)", text))
    assert used <= known, f"unknown tokens: {sorted(used - known)}"


@pytest.mark.parametrize("path", SCRIPTS, ids=named)
def test_script_parses(path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is absent: the scripts were not parsed here (the browser tests load them too)")
    command = [node, "--check", "--input-type=module"]
    assert subprocess.run(command, input=path.read_bytes(), capture_output=True).stderr == b""


def test_scripts_never_build_markup_from_text() -> None:
    writing = r"\.(inner|outer)HTML\s*\+?=|insertAdjacentHTML|document\.write|\beval\(|new Function"
    assert [named(path) for path in SCRIPTS if re.search(writing, path.read_text())] == []


def test_logo_and_favicon_are_drawings() -> None:
    for path in (STATIC / "favicon.svg", ROOMS.parents[1] / "docs" / "logo.svg"):
        assert ET.parse(path).getroot().tag == f"{SVG}svg"
