"""Division keys (rules 3.8)."""

from decimal import Decimal

import pytest

from omloop.coding.keys import NewShare, end_key, keep_key, keys_in
from omloop.coding.models import DivisionKey
from omloop.coding.refusals import KeyIsOver, KeyNameTaken, NoLines, NoShare, UnknownCode
from omloop.organisations.members import RightMissing, member_scope
from omloop.people.models import Person
from tests.circulation.company import THE_DAY_AFTER
from tests.coding.books import Books


def keep(
    books: Books,
    name: str = "Huur",
    by: Person | None = None,
    replaces: DivisionKey | None = None,
    **shares: str,
) -> DivisionKey:
    """`keep(books, c4100="60", c4200="40")`."""
    new = [
        NewShare(share=Decimal(share), cost_centre_id=books.centres[code[1:]])
        for code, share in shares.items()
    ]
    place = books.company.organisation.id
    with member_scope(by or books.company.world.marit, now=THE_DAY_AFTER) as member:
        return keep_key(
            organisation_id=place, name=name, shares=new, replaces=replaces, actor=member, now=THE_DAY_AFTER
        )


def shares(books: Books) -> dict[str, list[str]]:
    with books.company.system():
        return {
            key.name: [f"{share.cost_centre.code} {share.share:f}" for share in key.shares.all()]
            for key in keys_in(books.company.organisation.id)
        }


def test_a_key_is_kept_changed_and_ended_and_its_past_stays(books: Books) -> None:
    key = keep(books, c4100="60", c4200="40")
    assert shares(books) == {"Huur": ["4100 60.0000", "4200 40.0000"]}
    changed = keep(books, "Huur", replaces=key, c4100="1", c4200="2")
    assert shares(books) == {"Huur": ["4100 1.0000", "4200 2.0000"]}
    with pytest.raises(KeyIsOver):
        keep(books, "Huur", replaces=key, c4100="1")
    with member_scope(books.company.world.marit, now=THE_DAY_AFTER) as marit:
        end_key(key=changed, actor=marit, now=THE_DAY_AFTER)
    assert shares(books) == {}
    with books.company.system():
        assert DivisionKey.objects.count() == 2


def test_a_key_that_can_not_be_is_refused(books: Books) -> None:
    keep(books, c4100="60")
    with pytest.raises(KeyNameTaken):
        keep(books, c4100="60")
    with pytest.raises(NoLines):
        keep(books, "Leeg")
    with pytest.raises(NoShare):
        keep(books, "Niets", c4100="0")
    with pytest.raises(RightMissing):
        keep(books, "Van Sanne", by=books.company.world.sanne, c4100="1")
    books.centres["9999"] = books.accounts["4310"]
    with pytest.raises(UnknownCode):
        keep(books, "Elders", c9999="1")
