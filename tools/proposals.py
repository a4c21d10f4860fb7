"""How many proposals of a coding are right as they are: `python -m tools.proposals [INVOICES] [SEED]`.

Two years of the demo's suppliers, an invoice a day. A bookkeeper who never sees a proposal codes each as her
habits below say: by what a line is about, by floor area, by project. Habits change, new goods come, and now
and then she is told otherwise or slips. In the order of arrival each invoice is first proposed for from what
is coded so far of that supplier, as the product does, then compared with what she did, then learned from.
Right is: the same accounts, cost centres, projects and amounts to the cent. Nothing comes from a proposal.
"""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from omloop.coding.dividing import divide
from omloop.coding.learning import AS_ORDERED, EXAMPLES, Booked, Example, Followed, Told, follow
from omloop.demo.papers import invoice
from omloop.demo.suppliers import SUPPLIERS, Supplier

FIRST_DAY = date(2025, 1, 1)
SLIPS, TOLD_OTHERWISE = 0.02, 0.03
ELSEWHERE = "4999 900"
"""Where an invoice goes of which somebody says by mail that it is his."""
WEEKLY, MONTHLY = (102,), (106, 107, 109)
"""Suppliers whose texts name a week or a month."""


@dataclass(frozen=True)
class Habit:
    """How a supplier is coded from a day on: each text by the start of its name, or the whole by shares."""

    texts: Mapping[str, str] = field(default_factory=dict)
    shares: Mapping[str, int] = field(default_factory=dict)
    by_project: bool = False
    from_day: int = 0


HABITS: Mapping[int, Sequence[Habit]] = {
    101: [Habit({"Onderhoud": "4310 100", "Ventilator": "0250 100", "Monteur": "4310 100"}, by_project=True)],
    102: [
        Habit({"Zuivel": "7000 100", "Dranken": "7010 200", "Schoonmaak": "4150 900", "Wijn": "7010 200"}),
        Habit(
            {"Zuivel": "7000 100", "Dranken": "7010 300", "Schoonmaak": "4150 900", "Wijn": "7020 300"},
            from_day=500,
        ),
    ],
    103: [
        Habit(shares={"4150 100": 50, "4150 200": 50}),
        Habit(shares={"4150 100": 40, "4150 200": 60}, from_day=400),
    ],
    104: [Habit({"Periodiek": "4310 900", "Storing": "4320 900"})],
    105: [Habit({"Samenstellen": "4700 900", "Advies": "4710 900"})],
    106: [Habit({"Leasetermijn bestel": "4510 300", "Leasetermijn personen": "4520 900"})],
    107: [Habit(shares={"4100 100": 35, "4100 200": 55, "4100 900": 10})],
    108: [
        Habit({"Jaarcontrole": "4160 900", "Schuimblusser": "4160 900"}),
        Habit({"Jaar": "4165 900", "Schuim": "0260 900"}, from_day=300),
    ],
    109: [Habit({"Onderhoud": "4170 900", "Snoei": "4170 900"})],
    110: [
        Habit({"Lediging": "4150 900", "Verwerking": "4150 900"}),
        Habit({"Led": "4155 900", "Verw": "4155 900"}, from_day=450),
    ],
    111: [
        Habit({"": "7100 300"}, by_project=True),
        Habit({"Gereed": "4410 300", "": "7100 300"}, by_project=True, from_day=1),
    ],
    112: [Habit({"": "4500 200"})],
}
NEW_GOODS = {102: (250, "Wijn, doos", Decimal("210.00")), 111: (200, "Gereedschap", Decimal("149.50"))}
"""What a supplier also sells, from which day on."""
FIRST, SECOND, LATER = "1st of its supplier", "2nd and 3rd", "4th and later"
OTHERS = "by line, or all one"
KINDS = {101: "by line and project", 111: "by line and project", 103: "divided", 107: "divided"}

HEAD = """|                        | invoices | proposed | invoices right | lines right |
|---|---|---|---|---|"""


@dataclass
class Score:
    """What was right, of how many."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, truth: Counter[tuple[Hashable, Decimal]], found: Counter[tuple[Hashable, Decimal]]) -> None:
        self.counts["invoices"] += 1
        self.counts["lines"] += truth.total()
        if found:
            self.counts["proposed"] += 1
            self.counts["proposed lines"] += truth.total()
            self.counts["right"] += truth == found
            self.counts["right lines"] += (truth & found).total()

    def row(self, name: str) -> str:
        """A line of the table: of all, proposed, and right of what was proposed."""
        c = self.counts
        return (
            f"| {name:22} | {c['invoices']:8} | {_share(c['proposed'], c['invoices'])} "
            f"| {_share(c['right'], c['proposed'])} | {_share(c['right lines'], c['proposed lines'])} |"
        )


def main(invoices: int = 730, seed: int = 1) -> None:
    """Print the table."""
    scores = measured(invoices, seed)
    print(HEAD)
    kinds = sorted({*KINDS.values(), OTHERS})
    for name in ("all", FIRST, SECOND, LATER, *kinds):
        print(scores[name].row(name))


def measured(invoices: int, seed: int) -> Mapping[str, Score]:
    """What was right, of all, by how many went before of the supplier, and by kind of habit."""
    scores: dict[str, Score] = defaultdict(Score)
    history: dict[tuple[str, int], list[Example[str]]] = defaultdict(list)
    for kvk, supplier, example in papers(invoices, seed):
        known = history[kvk, supplier.seed]
        total = sum((each.net for each in example.booked), Decimal(0))
        found = follow(example.told, total, example.order, known[:EXAMPLES])
        truth = Counter((each.key, each.net) for each in example.booked)
        for name in ("all", _age(len(known)), KINDS.get(supplier.seed, OTHERS)):
            scores[name].add(truth, _as_counter(found))
        known.insert(0, example)
    return scores


def papers(invoices: int, seed: int) -> Iterator[tuple[str, Supplier, Example[str]]]:
    """The invoices in their order, with how the bookkeeper coded each."""
    dice = random.Random(seed)
    for n in range(invoices):
        supplier = SUPPLIERS[n % len(SUPPLIERS)]
        kvk = supplier.customers[(n // len(SUPPLIERS)) % len(supplier.customers)]
        document = invoice(supplier, kvk, n, FIRST_DAY + timedelta(days=n), dice)
        told = [
            Told(_text(line.item.name or "", supplier, n), line.net_amount.amount)
            for line in document.lines
            if line.net_amount
        ]
        if supplier.seed in NEW_GOODS and n >= NEW_GOODS[supplier.seed][0] and dice.random() < 0.4:
            told.append(Told(*NEW_GOODS[supplier.seed][1:]))
        order = f"P-{n // 75:02d}{dice.randint(1, 2)}"
        yield kvk, supplier, Example(n, tuple(told), tuple(_coded(supplier, told, order, n, dice)), order)


def _coded(
    supplier: Supplier, told: Sequence[Told], order: str, n: int, dice: random.Random
) -> Iterator[Booked[str]]:
    habit = next(each for each in reversed(HABITS[supplier.seed]) if each.from_day <= n)
    total = sum((line.net for line in told), Decimal(0))
    if dice.random() < TOLD_OTHERWISE:
        sums = {ELSEWHERE: total}
    elif habit.shares:
        sums = dict(zip(habit.shares, divide(total, list(map(Decimal, habit.shares.values()))), strict=True))
    else:
        sums = defaultdict(Decimal)
        for line in told:
            key = next(place for start, place in habit.texts.items() if line.text.startswith(start))
            slipped = ELSEWHERE if dice.random() < SLIPS else key
            sums[f"{slipped} {AS_ORDERED}" if habit.by_project else slipped] += line.net
    yield from (Booked(key, net, key) for key, net in sums.items())


def _text(name: str, supplier: Supplier, n: int) -> str:
    day = FIRST_DAY + timedelta(days=n)
    if supplier.seed in WEEKLY:
        return f"{name} {day.isocalendar().week}"
    return f"{name} {day:%m-%Y}" if supplier.seed in MONTHLY else name


def _as_counter(found: Followed[str] | None) -> Counter[tuple[Hashable, Decimal]]:
    return Counter(found.parts if found else ())


def _age(known: int) -> str:
    return FIRST if not known else SECOND if known < 3 else LATER


def _share(part: int, whole: int) -> str:
    return f"{part / whole:6.1%}" if whole else "     -"


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
