"""`python -m tools.conformity`: the test set, mutants beside Saxon, and the page of rules."""

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from omloop.einvoice import check, read
from tools.conformity.bases import bases
from tools.conformity.fuzz import damaged, fuzz_sources, outcome_of
from tools.conformity.mutants import mutants
from tools.conformity.page import PAGE, page
from tools.conformity.table import as_markdown, table

_ROOT = Path(__file__).resolve().parents[2]
SHARED = Path(os.environ.get("OMLOOP_SHARED") or _ROOT.parent / "shared")


def main() -> int:
    """Print the table, try mutants, write the page; 1 when anything differs."""
    parser = argparse.ArgumentParser(prog="python -m tools.conformity", description=__doc__)
    parser.add_argument("--mutants", type=int, default=0, metavar="N", help="mutants to try beside Saxon")
    parser.add_argument("--fuzz", type=int, default=0, metavar="N", help="damaged files to read and check")
    parser.add_argument("--seed", type=int, default=1, help="of the mutants and of the damage")
    parser.add_argument("--limit", type=int, help="cases of the test set per profile")
    options = parser.parse_args()
    (_ROOT / PAGE).write_text(page())
    is_equal = _print_table(options.limit)
    if options.mutants:
        is_equal &= _try_mutants(options.seed, options.mutants)
    if options.fuzz:
        _try_damage(options.seed, options.fuzz)
    return 0 if is_equal else 1


def _print_table(limit: int | None) -> bool:
    folder = SHARED / "testdata" / "einvoices"
    if not folder.is_dir():
        print(f"skipped: the test set is not in {folder}")
        return True
    rows = table(folder, limit)
    print(as_markdown(rows))
    return not any(row.different for row in rows.values())


def _try_mutants(seed: int, count: int) -> bool:
    from tools.conformity.judge import differences, judge  # Saxon takes a second to start

    found: Counter[str] = Counter()
    errors = 0
    for data in mutants(list(bases()), seed, count):
        official = judge(data)
        errors += official.is_error
        found.update(differences(check(read(data), profile="en16931-ubl"), official))
    print(f"{count} mutants, seed {seed}, {errors} of them not to be computed: {found or 'no difference'}")
    return not found


def _try_damage(seed: int, count: int) -> None:
    """Read and check so many damaged files; any exception but a refusal ends it."""
    found: Counter[str] = Counter()
    for data in damaged(fuzz_sources(), seed, count):
        found[outcome_of(data)] += 1
    said = ", ".join(f"{rule} {number}" for rule, number in found.most_common())
    print(f"{count} damaged files, seed {seed}, each refused or judged: {said}")


if __name__ == "__main__":
    sys.exit(main())
