"""Who sends the demo's invoices, and what for. None exists; their numbers only have the right form."""

from dataclasses import dataclass
from decimal import Decimal

from stdnum.iso7064 import mod_97_10

from omloop.demo.cast import BEHEER, HORECA, NOORD_HOLDING, VUURTOREN_HOLDING, ZWALUW


@dataclass(frozen=True)
class Goods:
    """What a line says: name, unit (UN/ECE Rec 20), price without VAT, VAT rate."""

    name: str
    unit: str
    price: Decimal
    rate: int = 21


@dataclass(frozen=True)
class Supplier:
    """A supplier, whom it serves, how long one may take to pay, and how it numbers its invoices."""

    name: str
    street: str
    postal_code: str
    city: str
    customers: tuple[str, ...]
    goods: tuple[Goods, ...]
    days: int
    series: str
    seed: int

    @property
    def kvk(self) -> str:
        """Eight digits."""
        return f"{87_000_000 + self.seed * 1_237:08d}"

    @property
    def vat(self) -> str:
        """NL, nine digits, B and two check digits (ISO 7064 mod 97-10)."""
        body = f"NL{self.seed:09d}B"
        return next(
            f"{body}{check:02d}" for check in range(2, 99) if mod_97_10.checksum(f"{body}{check:02d}") == 1
        )

    @property
    def iban(self) -> str:
        """A Dutch account with valid check digits."""
        account = f"OMLO{self.seed * 7_919:010d}"
        return f"NL{98 - mod_97_10.checksum(account + 'NL00'):02d}{account}"


def goods(name: str, price: str, unit: str = "C62", rate: int = 21) -> Goods:
    """A line's goods."""
    return Goods(name, unit, Decimal(price), rate)


SUPPLIERS = (
    Supplier(
        "Kuipers Installatietechniek B.V.",
        "Werfstraat 18",
        "1505 AB",
        "Zaandam",
        (ZWALUW, BEHEER),
        (
            goods("Onderhoud luchtbehandelingskast", "4850.00"),
            goods("Ventilatormotor, inclusief montage", "1640.00"),
            goods("Monteursuren buiten kantoortijd", "112.50", "HUR"),
        ),
        14,
        "{year}-0{n}",
        101,
    ),
    Supplier(
        "Groothandel Frisia Horeca",
        "Zwettestraat 30",
        "8912 AV",
        "Leeuwarden",
        (HORECA,),
        (
            goods("Zuivel en kaas, week", "486.20", rate=9),
            goods("Dranken, gemengd", "312.40"),
            goods("Schoonmaakmiddelen", "84.15"),
        ),
        30,
        "88{n}",
        102,
    ),
    Supplier(
        "Schoonmaakbedrijf Helder & Zn.",
        "Molenpad 4",
        "1621 KL",
        "Hoorn",
        (HORECA, BEHEER, VUURTOREN_HOLDING),
        (goods("Schoonmaak, uren", "36.50", "HUR"), goods("Glasbewassing", "240.00")),
        14,
        "{yy}-0{n}",
        103,
    ),
    Supplier(
        "Hollandse Liftservice B.V.",
        "Liftweg 1",
        "3542 AB",
        "Utrecht",
        (BEHEER, NOORD_HOLDING),
        (goods("Periodiek onderhoud lift", "700.00"), goods("Storing verholpen, uren", "98.00", "HUR")),
        30,
        "HLS-{n}",
        104,
    ),
    Supplier(
        "Oosterhuis Accountants & Belastingadviseurs",
        "Stationsplein 9",
        "9726 AE",
        "Groningen",
        (NOORD_HOLDING, VUURTOREN_HOLDING),
        (goods("Samenstellen jaarrekening", "4250.00"), goods("Advies, uren", "185.00", "HUR")),
        14,
        "{year}{n}",
        105,
    ),
    Supplier(
        "Autolease Midden-Nederland",
        "Rijksweg 100",
        "3752 LV",
        "Bunschoten",
        (ZWALUW, NOORD_HOLDING),
        (goods("Leasetermijn bestelauto", "689.00"), goods("Leasetermijn personenauto", "574.50")),
        21,
        "L-00{n}",
        106,
    ),
    Supplier(
        "Energiecollectief Noord",
        "Dijkweg 12",
        "9901 AA",
        "Appingedam",
        (ZWALUW, HORECA, BEHEER),
        (goods("Elektriciteit, kWh", "0.2840", "KWH"), goods("Vastrecht en netbeheer", "164.30")),
        30,
        "EC-99{n}",
        107,
    ),
    Supplier(
        "Brandbeveiliging Waterland",
        "Kanaalkade 77",
        "1441 AB",
        "Purmerend",
        (BEHEER, HORECA, ZWALUW),
        (goods("Jaarcontrole blusmiddelen", "475.00"), goods("Schuimblusser 6 liter", "79.50")),
        30,
        "BW{year}-{n}",
        108,
    ),
    Supplier(
        "Groenbeheer Evenwicht",
        "Tuinlaan 5",
        "1483 XT",
        "De Rijp",
        (NOORD_HOLDING, BEHEER),
        (goods("Onderhoud groen, maand", "500.00"), goods("Snoeiwerk, uren", "48.00", "HUR")),
        30,
        "7{n}",
        109,
    ),
    Supplier(
        "Nederlandsch-Duitsche Afvalverwerkingsmaatschappij Hoogezand-Sappemeer B.V.",
        "Industrieweg 210",
        "9601 LB",
        "Hoogezand",
        (ZWALUW, HORECA),
        (
            goods("Lediging container 1.100 liter", "61.50"),
            goods("Verwerking restafval, ton", "214.00", "TNE"),
        ),
        30,
        "AV-26-1{n}",
        110,
    ),
    Supplier(
        "Technische Unie Hoorn",
        "De Factorij 3",
        "1689 AL",
        "Zwaag",
        (ZWALUW,),
        (
            goods("Leidingwerk koper 22 mm, meter", "14.85", "MTR"),
            goods("Circulatiepomp", "386.00"),
            goods("Klein materiaal", "64.20"),
        ),
        30,
        "TU{n}",
        111,
    ),
    Supplier(
        "Drukkerij De Letterhaas",
        "Grote Oost 21",
        "1621 BR",
        "Hoorn",
        (HORECA, NOORD_HOLDING),
        (goods("Menukaarten", "4.75"), goods("Briefpapier, doos", "38.00")),
        14,
        "DL{n}",
        112,
    ),
)
