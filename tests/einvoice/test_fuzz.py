"""Whatever the bytes: a document with findings, or `Unreadable`."""

import contextlib

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from omloop.einvoice import Unreadable, check, read, write
from tests.einvoice.examples import CREDIT_NOTE, INVOICE

GOOD = (write(INVOICE), write(CREDIT_NOTE))
FRAGMENTS = (
    *(b"<", b">", b"&", b"]]>", b"<!--", b"<![CDATA[", b"<?x?>", b"&#0;", b"&#x41;", b"&lt;", b"\x00"),
    *(b"\xff", b"\xfe", b"<!DOCTYPE a>", b' xmlns=""', b' a="b"', b"<cbc:ID>1</cbc:ID>", b"</cac:Party>"),
    *(b"<cac:TaxTotal/>", b"-", b"9" * 80, b".", b"true", b"", b" ", b"UTF-16", b"UTF-7", b"utf-32"),
)


@st.composite
def mutants(draw: st.DrawFn) -> bytes:
    data = draw(st.sampled_from(GOOD))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        length = draw(st.sampled_from([0, 0, 1, 1, 5, 40, 400]))
        piece = draw(st.sampled_from(FRAGMENTS) | st.binary(max_size=4))
        data = data[:start] + piece + data[start + length :]
    return data


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(mutants() | st.binary(max_size=200))
@example(b'<?xml version="1.0" encoding="utf-7"?><a/>')
@example(b'<?xml version="1.0" encoding="rot13"?><a/>')
@example(b'<?xml version="1.0" encoding="idna"?><a/>')
@example("<a/>".encode("utf-32"))
def test_no_bytes_upset_reading_and_checking(data: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert check(read(data)).rule_set
