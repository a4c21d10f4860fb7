"""An invoice and its attachments as one PDF (rules 2.6)."""

import mimetypes
from collections.abc import Sequence
from contextlib import ExitStack

import pikepdf

from omloop.pdf.cleaning import cleaned
from omloop.pdf.images import as_pages
from omloop.pdf.kinds import is_image, is_pdf
from omloop.pdf.opening import opened, opening_errors, saved
from omloop.pdf.parts import LeftOut, Merged, Part
from omloop.pdf.refusals import WHY, NotUsable, Reason
from omloop.pdf.typesetting import typeset
from omloop.pdf.words import Language, labels, said

LONGEST_NAME = 120
CLAIMS = ("pdfaid:part", "pdfaid:conformance", "pdfaid:amd", "pdfuaid:part")
"""What a file says of its conformity, which merging ends."""
_SANITIZER = (
    pikepdf.sanitize.Sanitizer()
    .remove_javascript()
    .remove_external_access()
    .remove_attachments()
    .remove_multimedia()
    .remove_thumbnails()
    .remove_private_app_data()
    .remove_web_capture()
    .remove_search_index()
    .remove_collection()
)


def merge(parts: Sequence[Part], *, language: Language, closing: bytes = b"") -> Merged:
    """Every part in order: PDFs, images as pages, for anything else a page that says why, with the file
    embedded; then `closing`, a PDF of ours.

    Nothing in the result runs, opens or calls anything. Form fields become print. Claims of PDF/A and
    PDF/UA go, the tags of the first part stay. Raises NotUsable when a part breaks only in the end. For the
    process that may die: use `guarded.merge`.
    """
    left_out: list[LeftOut] = []
    outline: list[pikepdf.OutlineItem] = []
    with ExitStack() as files:
        result, begun = _begin(parts, files)
        for number, part in enumerate(parts):
            title = _title(part, number + 1 - sum(each.is_invoice for each in parts[:number]), language)
            at = len(result.pages) if number or not begun else 0
            outline.append(pikepdf.OutlineItem(title, at))
            try:
                if number or not begun:
                    _append(result, _as_pdf(part, title), files)
            except NotUsable as refused:
                left_out.append(LeftOut(part.filename, refused.reason))
                del result.pages[at:]
                _append(result, _notice(title, refused.reason, language), files)
                _embed(result, part, number + 1)
        if closing:
            outline.append(pikepdf.OutlineItem(labels(language)["approval"], len(result.pages)))
            _append(result, closing, files)
        with result.open_outline() as tree:
            tree.root[:] = outline
        _claim_nothing(result, parts, language)
        return Merged(saved(result), len(result.pages), tuple(left_out))


def _begin(parts: Sequence[Part], files: ExitStack) -> tuple[pikepdf.Pdf, bool]:
    """The first part itself, so that its tags stay; or an empty PDF, where it can't be used."""
    first = parts[0] if parts else None
    if first and first.is_invoice and is_pdf(first.content) and not first.condemned:
        try:
            with opened(first.content) as tried, opening_errors():
                _tame(tried)
        except NotUsable:
            return files.enter_context(pikepdf.new()), False
        result = files.enter_context(opened(first.content))
        _tame(result)
        return result, True
    return files.enter_context(pikepdf.new()), False


def _title(part: Part, number: int, language: Language) -> str:
    if part.is_invoice:
        return labels(language)["invoice"]
    return f"{labels(language)['attachment']} {number}: {part.filename[:LONGEST_NAME]}"


def _as_pdf(part: Part, title: str) -> bytes:
    if part.condemned:
        raise NotUsable(Reason.BROKEN)
    if is_pdf(part.content):
        return part.content
    if is_image(part.content):
        return as_pages(part.content, title=title)
    raise NotUsable(Reason.OTHER_TYPE)


def _append(result: pikepdf.Pdf, content: bytes, files: ExitStack) -> None:
    """Its pages, made harmless."""
    source = files.enter_context(opened(content))
    with opening_errors():
        _tame(source)
        result.add_pages_from(source, forms="strip", outlines="ignore")


def _tame(source: pikepdf.Pdf) -> None:
    """Print what was filled in, and take out all that runs, opens or calls."""
    if "/AcroForm" in source.Root:
        source.generate_appearance_streams()
        source.flatten_annotations("all")
        if "/AcroForm" in source.Root:
            del source.Root.AcroForm
    _SANITIZER.apply(source)


def _notice(title: str, reason: Reason, language: Language) -> bytes:
    texts = labels(language)
    values = {
        "lang": language.value,
        "title": title,
        "heading": texts["not_merged"],
        "reason": said(WHY[reason], language),
        "further": texts["kept_inside"],
    }
    return typeset("notice", cleaned(values), archival=False)


def _embed(result: pikepdf.Pdf, part: Part, number: int) -> None:
    kind = mimetypes.guess_type(part.filename)[0] or "application/octet-stream"
    name = part.filename[:LONGEST_NAME] or f"{number}"
    result.attachments[f"{number:03d} {name}"] = pikepdf.AttachedFileSpec(
        result, part.content, filename=name, mime_type=kind
    )


def _claim_nothing(result: pikepdf.Pdf, parts: Sequence[Part], language: Language) -> None:
    first = parts[0] if parts else None
    with result.open_metadata(set_pikepdf_as_editor=False) as metadata:
        for claim in CLAIMS:
            if claim in metadata:
                del metadata[claim]
        if not metadata.get("dc:title"):
            named = first.filename if first else ""
            metadata["dc:title"] = cleaned(named) or labels(language)["invoice"]
    result.Root.Lang = pikepdf.String(language.value)
