"""An amount with its currency."""

from dataclasses import dataclass
from decimal import Decimal


class CurrencyMismatch(ValueError):
    """Two amounts in different currencies were put together."""

    def __init__(self, left: str, right: str) -> None:
        super().__init__(f"{left} and {right} can't be put together: convert one of them first.")


@dataclass(frozen=True, slots=True)
class Money:
    """A decimal amount in one currency (ISO 4217, three letters).

    Arithmetic and comparison refuse another currency with `CurrencyMismatch`; nothing is ever rounded here.
    """

    amount: Decimal
    currency: str

    def __add__(self, other: "Money") -> "Money":
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(self.amount - self._same(other), self.currency)

    def __neg__(self) -> "Money":
        return Money(-self.amount, self.currency)

    def __abs__(self) -> "Money":
        return Money(abs(self.amount), self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._same(other)

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"

    def _same(self, other: "Money") -> Decimal:
        if other.currency != self.currency:
            raise CurrencyMismatch(self.currency, other.currency)
        return other.amount
