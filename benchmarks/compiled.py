"""Value and gradient of every program of `tests/programs`, compiled, beside JAX and the compiled program itself.

Each program runs in a process of its own, where all that are compared take turns.  Prints tables and saves the numbers as
JSON.  Nothing is asserted.

    python benchmarks/compiled.py [--only lu,lstm] [--budget 0.5] [--core 0] [--json FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
SIZES = HERE / "sizes.json"
sys.path[:0] = [str(ROOT), str(ROOT / "runtime")]
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    # memory that was freed is kept by the process: all that are compared allocate what they return at each call
    "MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "1000000000", "MALLOC_TOP_PAD_": "100000000",
}  # fmt: skip
COMPARED = ("s2s", "jax", "primal")
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="which programs, separated by commas")
    parser.add_argument("--budget", type=float, default=0.5, help="seconds for the repeats of one program, for each that is compared")
    parser.add_argument("--core", type=int, help="the processor that all runs on")
    parser.add_argument("--compared", default=",".join(COMPARED), help="who takes part")
    parser.add_argument("--json", type=Path, default=HERE / "results" / "compiled.json", help="where the numbers go")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.core is not None:
        os.sched_setaffinity(0, {options.core})
    if options.child:
        print(json.dumps(measured(options.child, options.compared.split(","), options.budget)))
        return
    import peers

    rows: dict[str, Row] = {}
    for name in options.only.split(",") if options.only else peers.names():
        rows[name] = run(name, options)
        print(line(name, rows[name]), flush=True)
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(summary(rows))


def run(name: str, options: argparse.Namespace) -> Row:
    """What a process of its own measures of one program."""
    command = [sys.executable, str(HERE / "compiled.py"), "--child", name, "--budget", str(options.budget), "--compared", options.compared]
    path = os.pathsep.join([str(HERE), str(HERE / "peers"), str(ROOT), str(ROOT / "runtime")])
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, env=os.environ | ENVIRONMENT | {"PYTHONPATH": path}, timeout=600, check=False
        )
    except subprocess.TimeoutExpired:
        return {"failed": "takes more than ten minutes"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["crashed"])[-1][:200]}
    return json.loads(done.stdout.splitlines()[-1])


# ------------------------------------------------------------------------------------------------------- in the child
def measured(name: str, compared: list[str], budget: float) -> Row:
    import fresh
    import peers

    warnings.simplefilter("ignore")
    program = peers.program(name)
    size = size_of(name)
    row: Row = {"n": size, "failures": {}}
    expected = flat(peers.peer("numpy").prepare(program, peers.arguments(program, size))())
    calls = {}
    for who in compared:
        try:
            module = peers.peer(who)
            fresh.import_all(who)
            start = time.perf_counter()
            call = module.prepare(program, peers.arguments(program, size))
            found = flat(call())
            row.setdefault("first", {})[who] = time.perf_counter() - start
            wrong = differs(found, expected if who != "primal" else expected[:1])
            if wrong:
                row["failures"][who] = wrong
            else:
                calls[who] = call
            if hasattr(call, "account"):
                row["account"] = call.account()
        except Exception as error:  # what a peer cannot do is what is reported
            row["failures"][who] = f"{type(error).__name__}: {' '.join(str(error).split())[:160]}"
    row["seconds"] = {who: list(spent) for who, spent in repeats(calls, budget).items()}
    row["median"] = {who: statistics.median(spent) for who, spent in row.pop("seconds").items()}
    return row


def size_of(name: str) -> int:
    return int(json.loads(SIZES.read_text())[name]) if SIZES.exists() else 32


def flat(found: Any) -> list[Any]:
    import numpy as np

    from s2s_runtime import tree

    value, gradients = found if isinstance(found, tuple) else (found, ())
    return [np.asarray(leaf) for leaf in [value, *tree.flatten(in_order(gradients))[0]]]


def in_order(found: Any) -> Any:
    """A tree with its dicts sorted by their keys, as JAX gives them back, and others do not."""
    if isinstance(found, dict):
        return {key: in_order(found[key]) for key in sorted(found)}
    if isinstance(found, (list, tuple)):
        return [in_order(one) for one in found]
    return found


def differs(found: list[Any], expected: list[Any], rtol: float = 1e-6) -> str:
    """What is wrong with a result, in words; nothing if nothing is."""
    import numpy as np

    if [leaf.shape for leaf in found] != [leaf.shape for leaf in expected]:
        return "wrong result: other shapes"
    # an entry that is nearly 0 is a sum of larger ones: it is compared with the largest of all
    largest = max(float(np.max(np.abs(leaf), initial=0.0)) for leaf in expected)
    errors = [
        float(np.max(np.abs(got - leaf) / (np.abs(leaf) + 1e-3 * largest + 1e-300), initial=0.0))
        for got, leaf in zip(found, expected, strict=True)
    ]
    wrong = [f"leaf {k} off by {error:.1e}" for k, error in enumerate(errors) if not error <= rtol]  # NaN is wrong, too
    return f"wrong result: {', '.join(wrong)}" if wrong else ""


def repeats(calls: dict[str, Any], budget: float) -> dict[str, list[float]]:
    """Seconds per call of each, taken in turn."""
    rounds = {who: rounds_of(call) for who, call in calls.items()}
    times: dict[str, list[float]] = {who: [] for who in calls}
    end = time.perf_counter() + budget * max(1, len(calls))
    while time.perf_counter() < end or any(len(spent) < 5 for spent in times.values()):
        for who, call in calls.items():
            start = time.perf_counter()
            for _ in range(rounds[who]):
                call()
            times[who].append((time.perf_counter() - start) / rounds[who])
        if not calls:
            break
    return times


def rounds_of(call: Any) -> int:
    """How many calls take long enough for the clock; the first ones may still prepare something."""
    spent = []
    for _ in range(5):
        start = time.perf_counter()
        call()
        spent.append(time.perf_counter() - start)
        if spent[-1] > 0.1:
            break
    return max(1, min(1000, int(1e-3 / max(min(spent), 1e-7))))


# --------------------------------------------------------------------------------------------------------- what is shown
def line(name: str, row: Row) -> str:
    if "median" not in row:
        return f"{name:28} {row['failed']}"
    median, first = row["median"], row["first"]
    text = f"{name:28} n={row['n']:<5}" + "".join(f" {who} {1e6 * spent:10.1f} us" for who, spent in median.items())
    if "s2s" in median:
        text += "".join(f"  /{who} {median[who] / median['s2s']:6.2f}" for who in median if who not in ("s2s", "primal"))
        text += f"  over primal {median['s2s'] / median['primal']:5.2f}" if "primal" in median else ""
    text += "  first" + "".join(f" {who} {spent:.1f}" for who, spent in first.items())
    return text + "".join(f"  {who}: {why}" for who, why in row["failures"].items())


def summary(rows: dict[str, Row]) -> str:
    """Means and who is slower; what loops over single numbers in JAX's best form counts in no mean over it."""
    from peers.marks import marks

    def mean(pairs: list[float]) -> str:
        return f"{statistics.geometric_mean(pairs):.2f} ({len(pairs)})" if pairs else "none"

    both = {name: row["median"] for name, row in rows.items() if {"s2s", "jax"} <= row.get("median", {}).keys()}
    primal = [row["median"]["s2s"] / row["median"]["primal"] for row in rows.values() if {"s2s", "primal"} <= row.get("median", {}).keys()]
    slower = [name for name, times in both.items() if times["jax"] < times["s2s"]]
    counted = [times for name, times in both.items() if "SCALAR_LOOPS" not in marks("jax", name)]
    return (
        f"faster than JAX: {mean([times['jax'] / times['s2s'] for times in counted])}; slower: {', '.join(slower) or 'none'}\n"
        f"over the compiled program: {mean(primal)}"
    )


if __name__ == "__main__":
    main()
