"""Who is who in the demo: companies, people, their places, and the scheme of each company."""

from dataclasses import dataclass, field
from decimal import Decimal

from omloop.organisations.rights import DefaultGroup

ENVIRONMENT = "Noordgroep (demo)"


@dataclass(frozen=True)
class Company:
    """An organisation of the group; `kind` is its place in it. `owners` are its parents, by KvK number or
    (from outside) by name, each with its share in percent."""

    kvk: str
    name: str
    kind: str
    street: str
    postal_code: str
    city: str
    vat: str
    owners: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Someone:
    """A person of the demo, what he does, and his groups by company."""

    email: str
    name: str
    work: str
    work_nl: str
    places: dict[str, tuple[str, ...]]
    limit: Decimal | None = None


@dataclass(frozen=True)
class Route:
    """A scheme rule: from which amount on, past whom (action, first name)."""

    company: str
    priority: int
    name: str
    steps: tuple[tuple[str, str], ...]
    amount_from: Decimal | None = None
    supplier: str = field(default="")


NOORD_HOLDING, BEHEER, ZWALUW, VUURTOREN_HOLDING, HORECA = (
    "90001003",
    "90001002",
    "90001001",
    "90001004",
    "90001005",
)

COMPANIES = (
    Company(
        NOORD_HOLDING, "Noord Holding B.V.", "holding", "Havenkade 41", "1621 KL", "Hoorn", "NL900010034B01"
    ),
    Company(
        VUURTOREN_HOLDING,
        "Vuurtoren Holding B.V.",
        "holding",
        "Boulevard 2",
        "1931 CV",
        "Egmond aan Zee",
        "NL900010046B01",
        {"Demir Holding B.V.": 40},
    ),
    Company(
        BEHEER,
        "Noord Beheer B.V.",
        "management",
        "Havenkade 41",
        "1621 KL",
        "Hoorn",
        "NL900010022B01",
        {NOORD_HOLDING: 100},
    ),
    Company(
        ZWALUW,
        "Zwaluw Techniek B.V.",
        "operating",
        "Ambachtsweg 8",
        "1627 LM",
        "Hoorn",
        "NL900010010B01",
        {BEHEER: 100},
    ),
    Company(
        HORECA,
        "Vuurtoren Horeca B.V.",
        "operating",
        "Boulevard 4",
        "1931 CV",
        "Egmond aan Zee",
        "NL900010058B01",
        {VUURTOREN_HOLDING: 60, NOORD_HOLDING: 40},
    ),
)

EVERYWHERE = (NOORD_HOLDING, VUURTOREN_HOLDING, BEHEER, ZWALUW, HORECA)
NORTH = (NOORD_HOLDING, BEHEER, ZWALUW)


def everywhere(*groups: str) -> dict[str, tuple[str, ...]]:
    """These groups in each company."""
    return dict.fromkeys(EVERYWHERE, groups)


PEOPLE = (
    Someone(
        "marit@noordgroep.example",
        "Marit Hoekstra",
        "administrator of the environment",
        "beheerder van de omgeving",
        {},
    ),
    Someone(
        "anna@noordgroep.example",
        "Anna de Vries",
        "managing director of Zwaluw Techniek, approves",
        "directeur van Zwaluw Techniek, geeft akkoord",
        dict.fromkeys(NORTH, (DefaultGroup.APPROVER,)),
    ),
    Someone(
        "bram@noordgroep.example",
        "Bram Willems",
        "operations manager, approves and stands in for Anna",
        "bedrijfsleider, geeft akkoord en vervangt Anna",
        dict.fromkeys(EVERYWHERE, (DefaultGroup.APPROVER,)),
    ),
    Someone(
        "sanne@noordgroep.example",
        "Sanne Bakker",
        "accounts payable, all companies",
        "crediteurenadministratie, alle organisaties",
        everywhere(DefaultGroup.FINANCE),
    ),
    Someone(
        "ruben@noordgroep.example",
        "Ruben Ouwerkerk",
        "project leader, checks what was delivered",
        "projectleider, controleert de prestatie",
        {
            BEHEER: (DefaultGroup.CHECKER,),
            ZWALUW: (DefaultGroup.CHECKER,),
            NOORD_HOLDING: (DefaultGroup.CHECKER,),
        },
    ),
    Someone(
        "yusuf@noordgroep.example",
        "Yusuf Demir",
        "manager of Vuurtoren Horeca, approves",
        "bedrijfsleider van Vuurtoren Horeca, geeft akkoord",
        dict.fromkeys((HORECA, VUURTOREN_HOLDING), (DefaultGroup.APPROVER,)),
        Decimal(5_000),
    ),
    Someone(
        "annemieke@noordgroep.example",
        "Annemieke van den Bosch-Wolterbeek",
        "director of both holdings, gives the second approval",
        "directeur van beide holdings, geeft het tweede akkoord",
        everywhere(DefaultGroup.APPROVER),
    ),
    Someone(
        "lotte@noordgroep.example",
        "Lotte Jansen",
        "auditor, reads everything and changes nothing",
        "accountant, leest alles en wijzigt niets",
        everywhere(DefaultGroup.READER),
    ),
)

ROUTES = (
    Route(ZWALUW, 10, "R-01 Alles naar Anna", (("approve", "anna"),)),
    Route(BEHEER, 10, "R-02 Prestatie controleren, dan akkoord", (("check", "ruben"), ("approve", "bram"))),
    Route(
        BEHEER,
        20,
        "R-03 Vanaf € 10.000 een tweede akkoord",
        (("check", "ruben"), ("approve", "bram"), ("approve", "annemieke")),
        Decimal(10_000),
    ),
    Route(NOORD_HOLDING, 10, "R-04 Anna, daarna Annemieke", (("approve", "anna"), ("approve", "annemieke"))),
    Route(VUURTOREN_HOLDING, 10, "R-05 Alles naar Yusuf", (("approve", "yusuf"),)),
    Route(HORECA, 10, "R-05 Alles naar Yusuf", (("approve", "yusuf"),)),
    Route(
        HORECA,
        20,
        "R-06 Vanaf € 2.500 ook Annemieke",
        (("approve", "yusuf"), ("approve", "annemieke")),
        Decimal(2_500),
    ),
)
