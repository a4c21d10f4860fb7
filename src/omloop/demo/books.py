"""What the demo's restaurant books its invoices on, and how each of its suppliers is coded."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from omloop.coding.changing import NewLine
from omloop.coding.importing import carry_out, plan_import
from omloop.coding.keys import NewShare, keep_key
from omloop.coding.models import CostCentre, LedgerAccount
from omloop.coding.queries import is_coded_here
from omloop.coding.services import keep_template
from omloop.demo.cast import HORECA
from omloop.demo.suppliers import SUPPLIERS, Supplier
from omloop.invoices.supplier import key_of
from omloop.organisations.members import Member, member_scope
from omloop.people.models import Person

LISTS = {
    "accounts": """code;naam
4100;Huisvesting, energie
4150;Huisvesting, schoonmaak en afval
4160;Huisvesting, onderhoud en veiligheid
4500;Drukwerk en kantoor
7000;Inkoop keuken
7010;Inkoop dranken
""",
    "centres": """code;naam;eigenaar
100;Keuken;yusuf@noordgroep.example
200;Restaurant en terras;yusuf@noordgroep.example
900;Algemeen;annemieke@noordgroep.example
""",
    "units": """code;naam
26-01;Zomerterras 2026
""",
    "vat": """code;naam
H;Hoog tarief, 21%
L;Laag tarief, 9%
V;Btw verlegd
""",
}
CODINGS: dict[int, tuple[tuple[str, str, int], ...]] = {
    102: (("7000", "100", 60), ("7010", "200", 40)),
    103: (("4150", "100", 50), ("4150", "200", 50)),
    107: (("4100", "100", 70), ("4100", "200", 30)),
    108: (("4160", "900", 100),),
    110: (("4150", "900", 100),),
}
"""By the seed of a supplier: account, cost centre and share of each line. Of the printer nobody said how."""
KEY = "Vloeroppervlak", {"100": 35, "200": 55, "900": 10}


def ensure_books(organisation_id: UUID, people: dict[str, Person], *, now: datetime) -> None:
    """The restaurant codes: Marit brings in its lists, and Sanne a coding for each supplier."""
    with member_scope(people["marit"], now=now) as marit:
        if is_coded_here(organisation_id):
            return
        for kind in LISTS:
            _bring(organisation_id, kind, marit, now)
        _keep_key(organisation_id, marit, now)
    with member_scope(people["sanne"], now=now) as sanne:
        accounts, centres = _ids(LedgerAccount, organisation_id), _ids(CostCentre, organisation_id)
        for supplier in SUPPLIERS:
            if HORECA in supplier.customers and supplier.seed in CODINGS:
                _remember(organisation_id, supplier, accounts, centres, sanne, now)


def _bring(organisation_id: UUID, kind: str, actor: Member, now: datetime) -> None:
    plan = plan_import(organisation_id=organisation_id, kind=kind, text=LISTS[kind], now=now)
    carry_out(
        organisation_id=organisation_id,
        kind=kind,
        text=LISTS[kind],
        ends_missing=False,
        seen=plan.digest,
        actor=actor,
        now=now,
    )


def _keep_key(organisation_id: UUID, actor: Member, now: datetime) -> None:
    centres, (name, shares) = _ids(CostCentre, organisation_id), KEY
    new = [NewShare(share=Decimal(share), cost_centre_id=centres[code]) for code, share in shares.items()]
    keep_key(organisation_id=organisation_id, name=name, shares=new, actor=actor, now=now)


def _remember(
    organisation_id: UUID,
    supplier: Supplier,
    accounts: dict[str, UUID],
    centres: dict[str, UUID],
    actor: Member,
    now: datetime,
) -> None:
    keep_template(
        organisation_id=organisation_id,
        supplier=key_of(vat=supplier.vat, kvk=supplier.kvk, name=supplier.name),
        supplier_name=supplier.name,
        lines=[
            NewLine(net=Decimal(share), ledger_account_id=accounts[account], cost_centre_id=centres[centre])
            for account, centre, share in CODINGS[supplier.seed]
        ],
        actor=actor,
        now=now,
    )


def _ids(model: type[LedgerAccount] | type[CostCentre], organisation_id: UUID) -> dict[str, UUID]:
    return dict(model.objects.filter(organisation_id=organisation_id).values_list("code", "id"))
