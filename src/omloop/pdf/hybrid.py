"""One file for people and programs: a PDF with the e-invoice inside (Factur-X 1.0, ZUGFeRD 2)."""

from typing import Any

import pikepdf
from lxml import etree
from pikepdf import Array, AttachedFileSpec, Name, pdfa

from omloop.pdf.opening import MB, opened, opening_errors, saved
from omloop.pdf.refusals import NotUsable, Reason

FILENAME = "factur-x.xml"
NAMES = frozenset({FILENAME, "zugferd-invoice.xml", "xrechnung.xml"})
"""What an e-invoice inside a PDF is called, in any case: by Factur-X, ZUGFeRD before 2.1, XRechnung."""
LARGEST = 20 * MB
"""Bytes of an e-invoice inside a PDF."""
FLAVOUR = "3b"
"""The least that a hybrid PDF is: PDF/A-3, level B."""
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_EXTENSION = "http://www.aiim.org/pdfa/ns/extension/"
_SCHEMA = "http://www.aiim.org/pdfa/ns/schema#"
_PROPERTY = "http://www.aiim.org/pdfa/ns/property#"
_FACTS = {
    "DocumentFileName": (FILENAME, "name of the embedded XML invoice file"),
    "DocumentType": ("INVOICE", "INVOICE"),
    "Version": ("1.0", "version of the Factur-X data"),
    "ConformanceLevel": ("EN 16931", "conformance level of the Factur-X data"),
}
"""What the metadata say of the XML, and how the extension schema describes it."""


def hybrid(pdf: bytes, cii: bytes) -> bytes:
    """The PDF as a hybrid invoice with this CII inside, profile EN 16931, as PDF/A-3.

    One of ours stays PDF/A-3a and PDF/UA-1; of others it becomes PDF/A-3b, and where that is not certain
    (fonts left out, forms) it makes no such claim. Raises NotUsable. For the process that may die.
    """
    with opened(pdf) as result, opening_errors():
        is_ours = _claims_level_a(result)
        _attach(result, cii)
        if not is_ours:
            _make_archival(result)
        _describe(result)
        return saved(result)


def read_hybrid(pdf: bytes) -> bytes | None:
    """The XML of an e-invoice inside a PDF, as it is; None without one.

    Raises NotUsable: no PDF that can be opened, or an XML of more than `LARGEST` bytes. Whether the XML is
    an invoice `einvoice.read` says. The name inside is compared and never used as a path.
    """
    with opened(pdf) as source, opening_errors():
        for name, attached in source.attachments.items():
            if NAMES & {name.lower(), (attached.filename or "").lower()}:
                content = attached.get_file().read_bytes()
                if len(content) > LARGEST:
                    raise NotUsable(Reason.TOO_LARGE)
                return content
    return None


def _claims_level_a(pdf: pikepdf.Pdf) -> bool:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        return metadata.get("pdfaid:part") == "3" and metadata.get("pdfaid:conformance") == "A"


def _attach(pdf: pikepdf.Pdf, cii: bytes) -> None:
    for name in [each for each in pdf.attachments if each.lower() in NAMES]:
        del pdf.attachments[name]
    pdf.attachments[FILENAME] = AttachedFileSpec(
        pdf,
        cii,
        filename=FILENAME,
        description="Factur-X",
        mime_type="text/xml",
        relationship=Name.Alternative,
    )
    pdf.Root.AF = Array([pdf.attachments[FILENAME].obj])


def _make_archival(pdf: pikepdf.Pdf) -> None:
    pdfa.prepare(pdf, FLAVOUR)
    if pdfa.check(pdf, FLAVOUR).verdict != "pass":
        with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
            for claim in ("pdfaid:part", "pdfaid:conformance"):
                if claim in metadata:
                    del metadata[claim]


def _describe(pdf: pikepdf.Pdf) -> None:
    """Say in the metadata that this is Factur-X, with the schema that PDF/A asks for such words."""
    if "/Metadata" not in pdf.Root:
        with pdf.open_metadata():
            pass
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    packet = etree.fromstring(pdf.Root.Metadata.read_bytes().strip(), parser)
    root = next(packet.iter(f"{{{_RDF}}}RDF"))
    etree.strip_elements(root, f"{{{_FX}}}*")
    described = etree.SubElement(root, f"{{{_RDF}}}Description", {f"{{{_RDF}}}about": ""}, nsmap={"fx": _FX})
    for name, (value, _) in _FACTS.items():
        etree.SubElement(described, f"{{{_FX}}}{name}").text = value
    _schemas(root).append(_schema())
    packed = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>\n%s\n<?xpacket end="w"?>'
    stream = pdf.make_stream(packed % etree.tostring(packet), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = stream


def _schemas(root: Any) -> Any:
    """The bag of extension schemas: the one that is there, for there may be one only."""
    bag = root.find(f".//{{{_EXTENSION}}}schemas/{{{_RDF}}}Bag")
    if bag is not None:
        return bag
    about = {f"{{{_RDF}}}about": ""}
    described = etree.SubElement(root, f"{{{_RDF}}}Description", about, nsmap={"pdfaExtension": _EXTENSION})
    return etree.SubElement(etree.SubElement(described, f"{{{_EXTENSION}}}schemas"), f"{{{_RDF}}}Bag")


def _schema() -> Any:
    words = {"pdfaSchema": _SCHEMA, "pdfaProperty": _PROPERTY, "rdf": _RDF}
    resource = {f"{{{_RDF}}}parseType": "Resource"}
    item = etree.Element(f"{{{_RDF}}}li", resource, nsmap=words)
    told = {"schema": "Factur-X PDFA Extension Schema", "namespaceURI": _FX, "prefix": "fx"}
    for name, value in told.items():
        etree.SubElement(item, f"{{{_SCHEMA}}}{name}").text = value
    rows = etree.SubElement(etree.SubElement(item, f"{{{_SCHEMA}}}property"), f"{{{_RDF}}}Seq")
    for name, (_, description) in _FACTS.items():
        row = etree.SubElement(rows, f"{{{_RDF}}}li", resource)
        facts = {"name": name, "valueType": "Text", "category": "external", "description": description}
        for key, value in facts.items():
            etree.SubElement(row, f"{{{_PROPERTY}}}{key}").text = value
    return item
