"""What programs that fill arrays cost in reverse: memory recorded for the reverse sweep, and time, over the primal's.

Every module of `tests/programs`, at a size at which the program itself takes some milliseconds.  Prints tables and saves the
numbers as JSON.  Nothing is asserted.

    python benchmarks/stores.py [--only lu,lstm] [--budget 0.3] [--json FILE]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import pkgutil
import statistics
import sys
import time
import tracemalloc
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from readable import console, machine, progress, table

from s2s import value_and_grad
from s2s.errors import S2SError
from s2s.report import Report, measured, report_of
from s2s.transforms import Transform
from s2s_runtime import tree

HERE = Path(__file__).parent
CORPUS = HERE.parent / "tests" / "programs"
SIZES = (8, 12, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024)
ENOUGH, MOST = 1e-3, 50e-3
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="which programs, separated by commas; `reads` is the last table")
    parser.add_argument("--budget", type=float, default=0.3, help="seconds for the repeats of one program")
    parser.add_argument("--json", type=Path, default=HERE / "results" / "stores.json", help="where the numbers go")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    console.width = max(console.width, 120)
    numbers: Row = {"machine": machine()}
    console.print(", ".join(f"{key} {value}" for key, value in numbers["machine"].items()))
    names = options.only.split(",") if options.only else [*all_programs(), "reads"]
    numbers["programs"] = corpus([name for name in names if name != "reads"], options.budget)
    if "reads" in names:
        numbers["reads"] = reads()
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    console.print(f"saved as {options.json.name}")


def all_programs() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules([str(CORPUS)]) if not info.ispkg)


def program(name: str) -> ModuleType:
    """A module of the tests' programs; this folder has a module of the same name."""
    spec = importlib.util.spec_from_file_location(f"corpus_{name}", CORPUS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


# ------------------------------------------------------------------------------------------------------------- corpus
def corpus(names: Iterable[str], budget: float) -> dict[str, Row]:
    found: dict[str, Row] = {}
    for name in progress(list(names), "running"):
        module = program(name)
        for function in ("loss", *(["plain_sum"] if getattr(module, "LINEAR", False) else [])):
            title = name if function == "loss" else f"{name}, linear"
            try:
                found[title] = measure(module, getattr(module, function), budget)
            except S2SError as error:
                found[title] = {"refused": str(error).splitlines()[0].partition(" ")[2]}
    show(found)
    return found


def measure(module: ModuleType, function: Callable[..., Any], budget: float) -> Row:
    size = size_for(module, function)

    def arguments() -> Any:
        return module.arguments(np.random.default_rng(0), size)

    active = tuple(k for k, arg in enumerate(arguments()) if any(map(tree.is_differentiable, tree.flatten(arg)[0])))
    transform = Transform(function, active)
    report: Report = report_of(transform, arguments(), {})
    held = measured(transform, arguments())
    recorded = sum(held[one.name] for one in report.recorded)
    arrays = arrays_of(function, arguments)
    primal, gradient = run_times(function, value_and_grad(function, active), arguments, budget)
    return {
        "n": size, "primal": primal, "gradient": gradient, "ratio": gradient / primal, "arrays": arrays, "recorded": recorded,
        "kept": sum(held.values()) - recorded, "memory ratio": sum(held.values()) / arrays, "primal runs": report.primal_runs,
        "recorded arrays": sum(held[one.name] for one in report.recorded if one.size.shape != ()),
    }  # fmt: skip


def size_for(module: ModuleType, function: Callable[..., Any]) -> int:
    """The first size at which a run takes long enough to be measured, or the last that does not take too long."""
    best = SIZES[0]
    for size in SIZES:
        args = module.arguments(np.random.default_rng(0), size)
        start = time.perf_counter()
        function(*args)
        spent = time.perf_counter() - start
        if spent > MOST:
            break
        best = size
        if spent > ENOUGH:
            break
    return best


def arrays_of(function: Callable[..., Any], arguments: Callable[[], Any]) -> int:
    """The bytes of the program's arguments, and the most that it allocates on top of these."""
    args = arguments()
    given = sum(np.asarray(leaf).nbytes for leaf in tree.flatten(args)[0] if isinstance(leaf, (np.ndarray, float)))
    function(*tree.copy(args))
    again = tree.copy(args)
    tracemalloc.start()
    function(*again)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return given + peak


def run_times(primal: Any, both: Any, arguments: Callable[[], Any], budget: float) -> tuple[float, float]:
    """Median seconds of the program, and of its value and gradient, run in turn on fresh arguments."""
    both(*arguments())
    times: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + budget
    while time.perf_counter() < end or len(times[0]) < 5:
        for call, spent in zip((primal, both), times, strict=True):
            args = arguments()
            start = time.perf_counter()
            call(*args)
            spent.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


def show(found: dict[str, Row]) -> None:
    columns = ("program", "n", "primal ms", "gradient ms", "ratio", "arrays kB", "recorded kB", "kept kB", "over arrays")
    shown = table("Value and gradient over the program itself; memory handed to the reverse sweep", *columns)
    rows = {name: row for name, row in found.items() if "ratio" in row}
    for name, row in rows.items():
        times = (f"{1e3 * row['primal']:.2f}", f"{1e3 * row['gradient']:.2f}", f"{row['ratio']:.2f}")
        memory = (f"{row[key] / 1e3:.1f}" for key in ("arrays", "recorded", "kept"))
        shown.add_row(name, str(row["n"]), *times, *memory, f"{row['memory ratio']:.2f}")
    for name in found.keys() - rows.keys():
        shown.add_row(name, found[name]["refused"][:40])
    if rows:
        shown.add_section()
        ratios = [row["ratio"] for row in rows.values()]
        memory_ratios = [row["memory ratio"] for row in rows.values() if row["memory ratio"] > 0]
        means = (f"{statistics.geometric_mean(ratios):.2f}", "", "", "", f"{statistics.geometric_mean(memory_ratios):.2f}")
        shown.add_row("geometric mean (memory: of those with any)", "", "", "", *means)
    console.print(shown)
    linear = {name: row for name, row in rows.items() if name.endswith(", linear")}
    some = [name for name, row in linear.items() if row["recorded arrays"]]
    console.print(f"{len(linear)} linear programs; recording arrays: {', '.join(some) or 'none'}")


# -------------------------------------------------------------------------------------------------------------- reads
def total(a: Any) -> Any:
    """Reads each entry of an array by its index."""
    s = 0.0
    for i in range(len(a)):
        s += a[i] * a[i]
    return s


def reads() -> dict[int, Row]:
    shown = table("Reading a\\[i] in a loop of n reads", "n", "primal ms", "gradient ms", "primal ns/read", "gradient ns/read")
    found = {}
    for n in (10**3, 10**4, 10**5):
        primal, gradient = run_times(total, value_and_grad(total), lambda n=n: (np.linspace(0.0, 1.0, n),), 1.0)
        found[n] = {"primal": primal, "gradient": gradient}
        per_read = (f"{1e9 * primal / n:.0f}", f"{1e9 * gradient / n:.0f}")
        shown.add_row(f"{n:,}", f"{1e3 * primal:.2f}", f"{1e3 * gradient:.2f}", *per_read)
    console.print(shown)
    return found


if __name__ == "__main__":
    main()
