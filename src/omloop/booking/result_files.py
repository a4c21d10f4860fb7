"""Results that the bookkeeping package puts in the export folder, under `results/` (rules 3.11).

A table as on the page of an export: an entry is named as the file names it, 12-3. A file that was read goes
to `done/`, with a text beside it where rows were passed over; one that is no such table to `refused/`.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from uuid import UUID

from omloop.booking.export_folder import NAME, RESULTS, folder_of
from omloop.booking.models import Batch
from omloop.booking.results import Result, report_results, results_in
from omloop.coding.sheets import MOST_BYTES, NoTable, text_of
from omloop.mailbox.whole_files import DONE, REFUSED, make_places, move, read_file, whole_files
from omloop.organisations.members import system_scope
from omloop.tenancy.scope import tenant_scope

NO_TABLE = (
    "Dit is geen tabel met resultaten. Zet kopjes in de eerste rij: entry, number, reason.\n\n"
    "This is no table of results. Put headings in the first row: entry, number, reason.\n"
)
PASSED_OVER = "Overgeslagen / passed over:\n"


def read_results(organisation_id: UUID, *, now: datetime) -> None:
    """Read every whole file under `results/`, one after the other; the same file twice changes nothing."""
    with tenant_scope(None, [organisation_id]) as scope:
        folder = folder_of(organisation_id)
        if folder is None or organisation_id in scope.standing_still:
            return
    place = Path(folder.path) / RESULTS
    make_places(place)
    for path in whole_files(place):
        data = read_file(path, MOST_BYTES)
        if data is not None:
            _read(organisation_id, path, data, now)


def _read(organisation_id: UUID, path: Path, data: bytes, now: datetime) -> None:
    try:
        results = results_in(text_of(data))
    except NoTable:
        _explain(move(path, REFUSED), NO_TABLE)
        return
    passed_over = _report(organisation_id, results, now)
    moved = move(path, DONE)
    if passed_over:
        _explain(moved, PASSED_OVER + "\n".join(passed_over) + "\n")


def _report(organisation_id: UUID, results: Iterable[Result], now: datetime) -> list[str]:
    """Export by export, in one transaction; the names of what was passed over."""
    by_batch: dict[str, list[Result]] = {}
    for each in results:
        by_batch.setdefault(each.entry.strip().rpartition("-")[0], []).append(each)
    passed_over: list[str] = []
    with system_scope(NAME, organisation_id) as actor:
        rows = Batch.objects.filter(organisation_id=organisation_id, confidential=False)
        known = {batch.name: batch for batch in rows.filter(number__in=filter(str.isdecimal, by_batch))}
        for name, said in by_batch.items():
            if name not in known:
                passed_over += [each.entry for each in said]
                continue
            done = report_results(batch=known[name], results=said, actor=actor, now=now)
            passed_over += [entry for entry, _fault in done.passed_over]
    return passed_over


def _explain(path: Path, text: str) -> None:
    Path(f"{path}.txt").write_text(text, encoding="utf-8")
