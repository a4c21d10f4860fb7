"""An organisation goes to another installation with everything, and nothing of it stays (rules 6.4, 6.6)."""

from omloop.audit.verify import verify
from omloop.relocation.contents import read_archive
from omloop.relocation.manifest import take_manifest
from omloop.tenancy.scope import tenant_scope
from tests.relocation.installations import Journey


def test_everything_arrives_equal_and_the_trail_goes_on_unbroken(journey: Journey) -> None:
    journey.whole()
    contents, _ = read_archive(journey.archive)
    organisation_id, mark = journey.world.zwaluw.id, contents.counted.mark
    with journey.target.here(as_owner=True):
        assert take_manifest(mark) == contents.counted
        with tenant_scope(None, [organisation_id]):
            verdict = verify(organisation_id)
    assert (verdict.fault, verdict.unsealed) == ("", 0)
    assert verdict.sealed > mark.number
    assert verdict.signatures == 2
