"""`run.py bench close`: a month of many readers, closed, checked, and compared.

Each round closes a fresh copy of the same month in a worker of its own, and writes the
very same finished rows once more without computing anything, in bulk and row by row
(`tests.benchmarks.bare`), all on one durable server. What was closed first is computed
again in plain Python and looked at by check_ledger. A loop over objects closes some
readers (`tests.benchmarks.naive`).
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.conf import settings

from tests.benchmarks import measuring, model, months, naive, stage
from tests.benchmarks.bare import BareWrite
from tests.benchmarks.closing import look, tell
from tests.benchmarks.measuring import Measure, measure, progress, summarise
from tests.benchmarks.worker import Report, workers
from tests.clones import Clones

NAIVE_READERS = 200


@dataclass
class Month:
    """A month ready to be closed, in a database of its own, and what closing it told."""

    made: Clones
    ready: str
    period: int
    workers: int
    reports: list[Report] = field(default_factory=list)

    def close(self) -> Measure:
        """Close a copy of it."""
        with stage.database(self.made, of=self.ready):
            return self.close_here()

    def close_here(self) -> Measure:
        with workers(self.period, self.workers) as together:
            stage.checkpoint()
            return measure(lambda: self.reports.extend(together()))


def main(arguments: Sequence[str]) -> int:
    """Print the figures; 1 when the close differs from the model."""
    options = parse(arguments)
    with stage.databases() as made:
        try:
            figures = compare(made, options)
        except model.Differs as difference:
            measuring.tell(f"The close is wrong: {difference}")
            measuring.finish({"bench": "close", "wrong": str(difference)})
            return 1
    measuring.finish(figures)
    return 0


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser("run.py bench close", description=__doc__)
    parser.add_argument("--readers", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=1, help="that close together")
    parser.add_argument(
        "--earlier",
        type=int,
        default=0,
        metavar="MONTHS",
        help="close it also with so many earlier months in the ledger (make about 12)",
    )
    parser.add_argument(
        "--growth",
        action=argparse.BooleanOptionalAction,
        help="close a tenth of the readers too; by itself from 100,000 readers on",
    )
    return parser.parse_args(arguments)


def compare(made: Clones, options: argparse.Namespace) -> dict[str, object]:
    """All ways, interleaved; the figures."""
    with contextlib.ExitStack() as stack:

        def month(readers: int, earlier: int = 0) -> Month:
            name = stack.enter_context(stage.database(made))
            period = months.make(
                readers, seed=options.seed, earlier=earlier, currency=settings.CURRENCY
            )
            return Month(made, name, period, options.workers)

        whole = month(options.readers)
        ways: dict[str, Callable[[], Measure]] = {"close": whole.close}
        tenth = month(options.readers // 10) if grows(options) else None
        if tenth:
            ways["close of a tenth"] = tenth.close
        if options.earlier:
            ways["close after earlier"] = month(options.readers, options.earlier).close

        closed = stack.enter_context(stage.database(made, of=whole.ready))
        progress("the first close, which is computed again")
        whole.close_here()
        facts = look(whole.period, options.readers)
        bare = BareWrite(whole.period)
        ways["bare write in bulk"] = on(closed, bare, bare.in_bulk)
        ways["bare write row by row"] = on(closed, bare, bare.row_by_row)

        whole.reports.clear()
        found = measuring.interleaved(ways, options.rounds)
        progress(f"a loop over objects, for {NAIVE_READERS} readers")
        with stage.database(made, of=whole.ready):
            shares, seconds = naive.close_some(
                whole.period, settings.CURRENCY, NAIVE_READERS
            )
    return tell(
        options,
        facts,
        found={name: summarise(runs) for name, runs in found.items()},
        reports=whole.reports,
        of_a_tenth=tenth.reports if tenth else [],
        naive_seconds=seconds / shares,
    )


def grows(options: argparse.Namespace) -> bool:
    wanted: bool | None = options.growth
    return options.readers >= 100_000 if wanted is None else wanted


def on(name: str, bare: BareWrite, way: Callable[[], Measure]) -> Callable[[], Measure]:
    """That way of the bare write, in that database, which keeps nothing of it."""

    def there() -> Measure:
        stage.point_at(name)
        taken = way()
        bare.drop()
        return taken

    return there
