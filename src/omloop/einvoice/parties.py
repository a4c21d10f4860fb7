"""The parties of an invoice: who sells, buys, is paid, is represented, and where they are."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Identifier:
    """A number with the scheme it belongs to: `0106` for KvK, `0190` for OIN, `0088` for GLN."""

    value: str
    scheme: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """BG-5 (seller), BG-8 (buyer), BG-12 (tax representative), BG-15 (delivery)."""

    line_1: str | None = None  # BT-35, BT-50, BT-64, BT-75
    line_2: str | None = None  # BT-36, BT-51, BT-65, BT-76
    line_3: str | None = None  # BT-162, BT-163, BT-164, BT-165
    city: str | None = None  # BT-37, BT-52, BT-66, BT-77
    postal_code: str | None = None  # BT-38, BT-53, BT-67, BT-78
    subdivision: str | None = None  # BT-39, BT-54, BT-68, BT-79
    country: str | None = None  # BT-40, BT-55, BT-69, BT-80 (ISO 3166-1, two letters)


@dataclass(frozen=True, slots=True)
class Contact:
    """BG-6 (seller), BG-9 (buyer)."""

    name: str | None = None  # BT-41, BT-56
    telephone: str | None = None  # BT-42, BT-57
    email: str | None = None  # BT-43, BT-58


@dataclass(frozen=True, slots=True)
class Party:
    """BG-4 seller, BG-7 buyer, BG-10 payee, BG-11 tax representative."""

    legal_name: str | None = None  # BT-27, BT-44
    trading_name: str | None = None  # BT-28, BT-45; the only name of payee (BT-59) and representative (BT-62)
    identifiers: tuple[Identifier, ...] = ()  # BT-29, BT-46, BT-60; scheme SEPA: creditor identifier BT-90
    legal_registration: Identifier | None = None  # BT-30, BT-47, BT-61 (KvK, OIN)
    vat_number: str | None = None  # BT-31, BT-48, BT-63
    tax_registration: str | None = None  # BT-32
    legal_form: str | None = None  # BT-33
    endpoint: Identifier | None = None  # BT-34, BT-49: electronic address on the network
    address: Address | None = None
    contact: Contact | None = None

    @property
    def name(self) -> str | None:
        """The name to show: the registered one, else the trading name."""
        return self.legal_name or self.trading_name


@dataclass(frozen=True, slots=True)
class Delivery:
    """BG-13: where and when the goods or services went."""

    party_name: str | None = None  # BT-70
    location: Identifier | None = None  # BT-71
    delivered_on: date | None = None  # BT-72
    address: Address | None = None  # BG-15
