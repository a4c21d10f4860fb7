"""Whatever the bytes: a document with findings, or `Unreadable`."""

import contextlib

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from omloop.einvoice import Unreadable, check, read
from tools.conformity.fuzz import damaged, fuzz_sources, outcome_of


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=200))
@example(b'<?xml version="1.0" encoding="utf-7"?><a/>')
@example(b'<?xml version="1.0" encoding="rot13"?><a/>')
@example(b'<?xml version="1.0" encoding="idna"?><a/>')
@example("<a/>".encode("utf-32"))
def test_no_bytes_upset_reading_and_checking(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert check(read(data)).rule_set


def test_no_damage_upsets_reading_checking_and_writing() -> None:
    sources = fuzz_sources()
    outcomes = [outcome_of(data) for data in damaged(sources, seed=20261126, count=400)]
    assert {"OML-XML-01", "OML-XML-04", "OML-XML-05", "broken"} <= set(outcomes)
    assert list(damaged(sources, 7, 20)) == list(damaged(sources, 7, 20)) != list(damaged(sources, 8, 20))
