"""What the readable form costs: time to transform, to import and to run, and memory per step of a long loop.

Prints tables and saves the numbers as JSON.  Nothing is asserted: aims are shown beside what was measured.

    python benchmarks/readable.py [--only transform,import,run,memory] [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import gc
import inspect
import itertools
import json
import linecache
import math
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np
from rich import box
from rich.console import Console
from rich.progress import track
from rich.table import Table

from programs import GREENHOUSE, LONG, PROGRAMS, Program

HERE = Path(__file__).parent
AIMS = {"transform": 0.2, "import": 0.15, "run": 4.0}
console = Console()
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default=",".join(MEASUREMENTS), help="which measurements, separated by commas")
    parser.add_argument("--quick", action="store_true", help="few repeats, and shorter loops")
    parser.add_argument("--json", type=Path, default=HERE / "results" / "readable.json", help="where the numbers go")
    options = parser.parse_args()
    numbers: Row = {"machine": machine()}
    console.print(", ".join(f"{key} {value}" for key, value in numbers["machine"].items()))
    for name in options.only.split(","):
        numbers[name] = MEASUREMENTS[name](options.quick)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(numbers, indent=1) + "\n", encoding="utf-8")
    console.print(f"saved as {options.json.name}")


def machine() -> dict[str, str]:
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return {"python": python, "numpy": np.__version__, "processors": str(os.cpu_count()), "machine": platform.machine()}


def progress(items: Any, what: str) -> Any:
    return track(items, what, console=console, transient=True)


def table(title: str, *columns: str) -> Table:
    made = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", title_style="bold")
    for position, column in enumerate(columns):
        made.add_column(column, justify="right" if position else "left", no_wrap=not position)
    return made


def aimed(value: float, aim: float, text: str) -> str:
    """A number that is red where it misses its aim."""
    return f"[{'green' if value <= aim else 'red'}]{text}[/]"


def child(script: str, *args: str) -> Any:
    """What a fresh process prints as JSON."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE), *filter(None, sys.path)])}
    command = [sys.executable, "-c", script, *args]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    return json.loads(done.stdout)


# ---------------------------------------------------------------------------------------------------------- transform
class Stages:
    """Time spent in each stage of the pipeline, what it calls of the others aside."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self.open: list[str] = []
        self.since = 0.0

    def switch(self, now: float) -> None:
        if self.open:
            self.spent[self.open[-1]] = self.spent.get(self.open[-1], 0.0) + now - self.since
        self.since = now

    def timed(self, stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def measured(*args: Any, **kwargs: Any) -> Any:
            self.switch(time.perf_counter())
            self.open.append(stage)
            try:
                return function(*args, **kwargs)
            finally:
                self.switch(time.perf_counter())
                self.open.pop()

        return measured

    @contextmanager
    def watching(self) -> Iterator[None]:
        """The functions that the pipeline calls, timed."""
        import s2s.parse
        from s2s import kinds, pipeline
        from s2s.specialise import Machine, calls

        places = [
            (s2s.parse, "parse_function", "parse"),
            (calls, "normalise", "normalise"),
            (pipeline, "specialise", "specialise"),
            (Machine, "inline_rule", "inline rules"),
            (pipeline, "optimise", "optimise"),
            (pipeline, "emit", "emit"),
            (pipeline, "load", "load"),
        ]
        with ExitStack() as stack:
            for owner, name, stage in places:
                stack.enter_context(mock.patch.object(owner, name, self.timed(stage, getattr(owner, name))))
            gradient = self.timed("differentiate", kinds.gradient)
            stack.enter_context(mock.patch.dict(kinds.KINDS, grad=gradient))
            yield


def transform_once() -> tuple[float, dict[str, float]]:
    """Seconds to derive and load the gradient of a function that was not seen before, and the part of each stage."""
    from s2s import kinds, pipeline

    function = unseen(GREENHOUSE.function)
    request = kinds.Request("grad", GREENHOUSE.argnums)
    stages = Stages()
    gc.collect()
    with stages.watching():
        start = time.perf_counter()
        pipeline.derive(function, request, GREENHOUSE.args).callables()
        total = time.perf_counter() - start
    return total, stages.spent


serial = itertools.count(1)


def unseen(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same function, written in another place, so that no cache knows it."""
    number = next(serial)
    text = "\n" * number + inspect.getsource(function)
    file = f"<{function.__name__} {number}>"
    linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
    space = {"np": np, "math": math}
    exec(compile(text, file, "exec"), space)
    return space[function.__name__]


FIRST = """
import json, readable, s2s.api, s2s.pipeline, s2s.parse.read
total, stages = readable.transform_once()
print(json.dumps([total, stages]))
"""


def transform(quick: bool) -> Row:
    first = [child(FIRST) for _ in progress(range(2 if quick else 7), "transforming, first")]
    transform_once()
    again = [transform_once() for _ in progress(range(3 if quick else 15), "transforming, again")]
    medians = {name: _medians(runs) for name, runs in (("first in a process", first), ("later", again))}
    shown = table("Transforming 100 lines, imports excluded, ms", "stage", *medians)
    for stage in dict.fromkeys(stage for parts in medians.values() for stage in parts if stage != "total"):
        shown.add_row(stage, *(f"{1e3 * parts.get(stage, 0.0):.1f}" for parts in medians.values()))
    shown.add_section()
    aim = AIMS["transform"]
    totals = [parts["total"] for parts in medians.values()]
    shown.add_row(f"total (aim: {1e3 * aim:.0f})", *(aimed(total, aim, f"{1e3 * total:.1f}") for total in totals))
    console.print(shown)
    return medians


def _medians(runs: list[tuple[float, dict[str, float]]]) -> dict[str, float]:
    stages = dict.fromkeys(stage for _, parts in runs for stage in parts)
    medians = {stage: statistics.median(parts.get(stage, 0.0) for _, parts in runs) for stage in stages}
    return {**medians, "total": statistics.median(total for total, _ in runs)}


# ------------------------------------------------------------------------------------------------------------- import
IMPORT = """
import json, sys, time
if len(sys.argv) > 2: __import__(sys.argv[2])
before = set(sys.modules)
start = time.perf_counter()
exec(sys.argv[1])
seconds = time.perf_counter() - start
new = {name.partition(".")[0] for name in set(sys.modules) - before} - set(sys.stdlib_module_names)
own = [name for name in set(sys.modules) - before if name.partition(".")[0] in ("s2s", "s2s_runtime")]
print(json.dumps([seconds, sorted(name for name in new if not name.startswith("_")), len(own)]))
"""


def importing(quick: bool) -> Row:
    statements: dict[str, tuple[str, ...]] = {
        "import numpy": (),
        "import s2s": (),
        "from s2s import grad": (),
        "from s2s import grad, numpy there": ("numpy",),
    }
    shown = table("Importing in a fresh process, ms", "statement", "median", "aim", "own modules", "packages")
    found: Row = {}
    for statement, before in statements.items():
        runs = [child(IMPORT, statement.partition(", ")[0], *before) for _ in range(3 if quick else 15)]
        seconds, packages, own = statistics.median(run[0] for run in runs), runs[0][1], runs[0][2]
        found[statement] = {"seconds": seconds, "packages": packages, "own modules": own}
        aim = AIMS["import"] if statement == "import s2s" else float("inf")
        text = aimed(seconds, aim, f"{1e3 * seconds:.1f}")
        shown.add_row(statement, text, f"{1e3 * aim:.0f}" if aim < 1 else "", str(own), " ".join(packages))
    console.print(shown)
    return found


# ---------------------------------------------------------------------------------------------------------------- run
def run(quick: bool) -> Row:
    shown = table("Running in turn, medians, ms", "program", "primal", "gradient", "ratio")
    found: Row = {}
    for program in progress(PROGRAMS, "running"):
        primal, gradient = run_times(program, 0.3 if quick else 2.0)
        ratio = gradient / primal
        found[program.name] = {"primal": primal, "gradient": gradient, "ratio": ratio}
        cells = (f"{1e3 * primal:.3f}", f"{1e3 * gradient:.3f}", aimed(ratio, AIMS["run"], f"{ratio:.2f}"))
        shown.add_row(program.name, *cells)
    ratios = [row["ratio"] for row in found.values()]
    shown.add_section()
    mean = statistics.geometric_mean(ratios)
    shown.add_row(f"geometric mean (aim: {AIMS['run']:.0f})", "", "", aimed(mean, AIMS["run"], f"{mean:.2f}"))
    console.print(shown)
    return found


def run_times(program: Program, budget: float) -> tuple[float, float]:
    """Median seconds of the function, and of its value and gradient as a user calls it, run in turn."""
    from s2s import value_and_grad

    both = value_and_grad(program.function, program.argnums)
    calls = (program.function, both)
    for call in calls:
        call(*program.args)
    times: tuple[list[float], list[float]] = ([], [])
    end = time.perf_counter() + budget
    while time.perf_counter() < end or len(times[0]) < 5:
        for call, spent in zip(calls, times, strict=True):
            start = time.perf_counter()
            call(*program.args)
            spent.append(time.perf_counter() - start)
    return statistics.median(times[0]), statistics.median(times[1])


# ------------------------------------------------------------------------------------------------------------- memory
MEMORY = """
import json, resource, sys, time, tracemalloc
import programs
from s2s import grad
gradient, steps, traced = grad(getattr(programs, sys.argv[1])), int(sys.argv[2]), sys.argv[3] == "traced"
gradient(0.3, 10)
if traced: tracemalloc.start()
start = time.perf_counter()
gradient(0.3, steps)
seconds = time.perf_counter() - start
resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps([seconds, tracemalloc.get_traced_memory()[1] if traced else resident]))
"""


def memory(quick: bool) -> Row:
    steps = 10**5 if quick else 10**6
    columns = ("loop", "seconds", "traced MB", "traced B/step", "resident B/step")
    shown = table(f"Peak memory of a gradient of {steps:,} steps", *columns)
    found: Row = {}
    for function in progress(LONG, "remembering"):
        found[function.__name__] = row = remembered(function.__name__, steps)
        traced = (f"{row['traced'] / 1e6:.1f}", f"{row['traced'] / steps:.1f}")
        shown.add_row(function.__name__, f"{row['seconds']:.2f}", *traced, f"{row['resident per step']:.1f}")
    console.print(shown)
    return found


def remembered(name: str, steps: int) -> Row:
    """Time and memory of one loop; resident memory as the slope from these steps to three times as many."""
    _, traced = child(MEMORY, name, str(steps), "traced")
    seconds, once = child(MEMORY, name, str(steps), "resident")
    _, thrice = child(MEMORY, name, str(3 * steps), "resident")
    return {"steps": steps, "seconds": seconds, "traced": traced, "resident per step": (thrice - once) / (2 * steps)}


MEASUREMENTS: dict[str, Callable[[bool], Row]] = {
    "transform": transform,
    "import": importing,
    "run": run,
    "memory": memory,
}

if __name__ == "__main__":
    main()
