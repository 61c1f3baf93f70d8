"""`python -m random_programs --count 1000 --seed 0 --workers 2`, from the folder `tests`.

Prints progress, and a summary with the reasons of refusals.  Writes each failing program, with its seed and arguments,
into a folder, and the smallest program found for each way to fail.  The exit status is 1 if any failed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from random_programs.features import ALL, chosen
from random_programs.program import Program
from random_programs.shrinking import shrunk
from random_programs.tally import Failure, Tally, counted, order

CHUNK = 50
SMALLER = 6
"""How many failures are made smaller, at most."""


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="random_programs", description="Differentiate random programs and check the derivatives.")
    parser.add_argument("--count", type=int, default=1000, help="how many programs")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--features", default="", help="such as loops,while or all,-writes; all if left out")
    parser.add_argument("--out", type=Path, default=None, help="the folder for failing programs")
    parser.add_argument("--forms", action="store_true", help="compiled derivatives against readable ones (NUMBA_DISABLE_JIT=1: as Python)")
    parser.add_argument("--show", type=int, default=None, metavar="NUMBER", help="print one program and its verdict")
    return parser.parse_args()


def main() -> int:
    given = arguments()
    features = chosen(given.features) if given.features else ALL
    if given.show is not None:
        return show(given.seed, given.show, features)
    start, tally = time.monotonic(), Tally()
    for part in chunks(given, features):
        tally.merge(part)
        keep(part.failures, given.out)
        rate = tally.count / (time.monotonic() - start)
        print(f"\r{tally.count} of {given.count}, {len(tally.failures)} failed, {rate:.1f} a second", end="", file=sys.stderr)
    print(file=sys.stderr)
    print("\n".join(tally.lines()))
    print(f"seed {given.seed}, from {given.first}, {time.monotonic() - start:.0f} s, features: {given.features or 'all'}")
    if not given.forms:
        smaller(tally.failures)
    return bool(tally.failures)


def chunks(given: argparse.Namespace, features: frozenset[str]) -> Iterator[Tally]:
    """The tallies of parts of the work, in the order in which they are done."""
    end = given.first + given.count
    jobs = [(given.seed, range(k, min(k + CHUNK, end)), features, given.forms) for k in range(given.first, end, CHUNK)]
    if given.workers < 2:
        yield from map(counted, jobs)
        return
    with multiprocessing.get_context("spawn").Pool(given.workers, maxtasksperchild=40) as pool:
        yield from pool.imap_unordered(counted, jobs)


def written(program: Program) -> str:
    """A program as a file that defines its arguments too."""
    with np.printoptions(floatmode="unique", threshold=10_000):
        values = ", ".join(f"np.{arg!r}" if isinstance(arg, np.ndarray) else repr(arg) for arg in program.args)
    return f"{program.text}\n\nargs = ({values},)\n"


def keep(failures: list[Failure], folder: Path | None) -> None:
    """Writes failing programs as they are found; a long run may be ended."""
    if folder is None or not failures:
        return
    folder.mkdir(parents=True, exist_ok=True)
    for failure in failures:
        head = f"# seed {failure.seed}, number {failure.number}\n# {failure.verdict.outcome}: {' '.join(failure.verdict.why.split())}\n"
        (folder / f"{failure.verdict.outcome}_{failure.seed}_{failure.number}.py").write_text(head + written(failure.program))


def smaller(failures: list[Failure]) -> None:
    """Prints the smallest program found for each way to fail."""
    ways: dict[str, Failure] = {}
    for failure in sorted(failures, key=lambda one: len(one.program.text)):
        why = failure.verdict.why[:40] if failure.verdict.outcome == "crash" else ""
        ways.setdefault(f"{failure.verdict.outcome} {why}", failure)
    for way, failure in list(ways.items())[:SMALLER]:
        program = shrunk(failure.program, failure.verdict, order(failure.number))
        print(f"\n# {way}: number {failure.number}; {failure.verdict.why[:200]}\n{written(program)}")


def show(seed: int, number: int, features: frozenset[str]) -> int:
    from random_programs.checking import check
    from random_programs.tally import numbered

    program = numbered(seed, number, features)
    print(written(program))
    verdict = check(program, order(number))
    print(verdict.outcome, verdict.why)
    return verdict.failed


if __name__ == "__main__":
    sys.exit(main())
