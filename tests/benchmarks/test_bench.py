"""The benchmarks run, and put ours beside something else."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.weasy import printer

ROOT = Path(__file__).resolve().parents[2]


def test_every_line_says_how_fast_beside_what() -> None:
    said = run()

    head, *rows = said.splitlines()
    speed = head.index("speed")
    assert head[speed - 1] == " "
    assert len(rows) == 45 + (2 if printer() else 0)
    assert all(float(row[speed:].split()[0]) > 0 for row in rows)


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(subprocess.CalledProcessError):
        run("everything")


def run(*names: str) -> str:
    """What the benchmarks print, in small."""
    words = [sys.executable, "-m", "benchmarks", "--quick", *names]
    done = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True)
    return done.stdout
