"""A CSV file in columns and signs of one's own (rules 3.11)."""

from django.test import Client

from omloop.booking.models import ExportProfile
from tests.booking.ledger import Ledger
from tests.circulation.reader import said, signed_in
from tests.world import World

COLUMNS = "booking_date = Datum\naccount\nside\namount = Bedrag\ndebit\nperiod\nsupplier_name"
SIGNS = {"separator": ",", "decimal_sign": ",", "dates": "%d-%m-%Y", "has_headings": "on"}
FORM = {"name": "Onze boekhouder", "columns": COLUMNS, **SIGNS}


def make(ledger: Ledger, marit: Client, **more: str) -> str:
    address = f"/organisations/{ledger.company.organisation.id}/booking/profiles/"
    return said(marit.post(address, FORM | more, follow=True))


def test_an_export_is_downloaded_in_a_profile_of_ones_own_and_stays_the_same(
    ledger: Ledger, world: World
) -> None:
    ledger.ready(supplier_name="=Kuipers")
    (batch,) = ledger.book()
    marit, sanne = signed_in(world.marit), signed_in(world.sanne)
    assert "columns are not known: grootboek" in make(ledger, marit, columns="grootboek")
    assert "Onze boekhouder" in make(ledger, marit)
    assert "Another profile has this name" in make(ledger, marit)
    exports = f"/organisations/{ledger.company.organisation.id}/booking/exports/{batch.id}/"
    assert "Onze boekhouder" in said(sanne.get(exports))
    with ledger.company.system():
        profile = ExportProfile.objects.get()
    before = sanne.get(f"{exports}profiles/{profile.id}/").content
    lines = before.decode("utf-8-sig").splitlines()
    assert lines[0] == "Datum,account,side,Bedrag,debit,period,supplier_name"
    assert lines[1] == '02-03-2026,4310,D,"500,00","500,00",3,\'=Kuipers'
    assert lines[-1] == '02-03-2026,1600,C,"-1210,00",,3,\'=Kuipers'
    marit.post(f"/organisations/{ledger.company.organisation.id}/booking/profiles/{profile.id}/end/")
    assert "Onze boekhouder" not in said(sanne.get(exports))
    assert sanne.get(f"{exports}profiles/{profile.id}/").content == before


def test_only_who_manages_settings_makes_a_profile(ledger: Ledger, world: World) -> None:
    sanne = signed_in(world.sanne)
    address = f"/organisations/{ledger.company.organisation.id}/booking/profiles/"
    assert sanne.get(address).status_code == 200
    assert sanne.post(address, FORM).status_code == 403
