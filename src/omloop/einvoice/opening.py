"""From bytes that nobody vouches for to the root element of an invoice."""

from xml.parsers import expat

from lxml import etree

from omloop.einvoice.names import CII_ROOT, CREDIT_NOTE_ROOT, INVOICE_ROOT, Element
from omloop.einvoice.refusals import (
    MAX_ATTRIBUTES,
    MAX_BYTES,
    MAX_CHILDREN,
    MAX_DEPTH,
    MAX_PROLOG,
    MAX_TAGS,
    refusal,
)

_TOO_DEEP = etree.XPath("boolean(" + "/*" * (MAX_DEPTH + 1) + ")")
_TOO_WIDE = etree.XPath(f"boolean(//*[count(*) > {MAX_CHILDREN} or count(@*) > {MAX_ATTRIBUTES}])")
_ENCODING_ERRORS = (
    etree.ErrorTypes.ERR_INVALID_ENCODING,
    etree.ErrorTypes.ERR_UNKNOWN_ENCODING,
    etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING,
)
_EXPAT_ENCODING_ERRORS = (
    expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING],
    expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING],
)


class _RootReached(Exception):
    """The prolog is over and held no DOCTYPE."""


def open_invoice(data: bytes) -> Element:
    """The root element of a UBL 2.1 Invoice or CreditNote, or of a CII invoice.

    Refuses with `Unreadable`, before anything is parsed into a tree: empty, too large, any DOCTYPE, too
    many tags; then: wrong encoding, not well-formed, too deep, another root. Opens no file and no
    connection, whatever the bytes say.
    """
    refuse_unsafe(data)
    return refuse_odd(parse(data))


def refuse_odd(root: Element) -> Element:
    """`root`, unless what was parsed is too deep or too wide, or is no invoice: then `Unreadable`."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise refusal("OML-XML-01")
    if _TOO_DEEP(root) or _TOO_WIDE(root):
        raise refusal("OML-XML-06")
    if root.tag not in (INVOICE_ROOT, CREDIT_NOTE_ROOT, CII_ROOT):
        raise refusal("OML-XML-07", str(root.tag)[:200])
    return root


def refuse_unsafe(data: bytes) -> None:
    """Refuses with `Unreadable` what is better not parsed at all: empty, too large, any DOCTYPE."""
    _refuse_by_size(data)
    _refuse_doctype(data)


def _refuse_by_size(data: bytes) -> None:
    if not data.strip():
        raise refusal("OML-XML-02")
    if len(data) > MAX_BYTES:
        raise refusal("OML-XML-03")
    if data[:1024].lstrip().startswith(b"%PDF-"):
        raise refusal("OML-PDF-01")
    # An element takes one "<" and an attribute one "=": counted first, so that no huge tree is built.
    if data.count(b"<") > MAX_TAGS or data.count(b"=") > MAX_TAGS:
        raise refusal("OML-XML-06")


def _refuse_doctype(data: bytes) -> None:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _meet_doctype
    parser.StartElementHandler = _meet_root
    try:
        parser.Parse(data[:MAX_PROLOG], len(data) <= MAX_PROLOG)
    except _RootReached:
        return
    except expat.ExpatError as error:
        rule = "OML-XML-04" if error.code in _EXPAT_ENCODING_ERRORS else "OML-XML-05"
        raise refusal(rule, expat.ErrorString(error.code), error.lineno) from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know, or not byte by byte
        raise refusal("OML-XML-04", line=1) from error
    raise refusal("OML-XML-08")


def _meet_doctype(*_declaration: object) -> None:
    raise refusal("OML-XML-01")


def _meet_root(*_element: object) -> None:
    raise _RootReached


def hardened_parser(schema: etree.XMLSchema | None = None) -> etree.XMLParser:
    """A parser that opens no file and no connection; with a schema it validates as well."""
    # huge_tree: an attachment may be one text of more than 10 MB. Comments go, so that they split no value.
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,
        remove_comments=True,
        remove_pis=True,
        schema=schema,
    )


def parse(data: bytes) -> Element:
    """The root element of bytes that are safe to parse; raises `Unreadable` when they are no XML."""
    try:
        return etree.fromstring(data, hardened_parser())
    except etree.XMLSyntaxError as error:
        raise refusal(_rule_of(error), str(error.msg), error.lineno) from error


def _rule_of(error: etree.XMLSyntaxError) -> str:
    code = getattr(error, "code", None)
    if code == etree.ErrorTypes.ERR_RESOURCE_LIMIT:
        return "OML-XML-06"
    return "OML-XML-04" if code in _ENCODING_ERRORS else "OML-XML-05"
