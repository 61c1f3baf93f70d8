"""The tables of what `compiled.py` and `fresh.py` have saved, in Markdown: what was to be reached, every program, every failure.

    python benchmarks/report.py [--json FILE] [--fresh FILE]

A ratio is of medians in one run.  Programs that loop over single numbers in a peer's best form count in no mean over that peer.
"""

from __future__ import annotations

import argparse
import ast
import json
import statistics
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
CORPUS = HERE.parent / "tests" / "programs"
sys.path[:0] = [str(HERE), str(HERE.parent / "runtime")]

from peers.marks import FORMS, marks  # noqa: E402

Rows = dict[str, dict[str, Any]]
PEERS = ("jax", "torch", "autograd", "hand", "primal")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--json", type=Path, default=HERE / "results" / "compiled.json", help="what compiled.py has saved"
    )
    parser.add_argument("--fresh", type=Path, default=HERE / "results" / "fresh.json", help="what fresh.py has saved")
    options = parser.parse_args()
    rows: Rows = json.loads(options.json.read_text(encoding="utf-8"))
    rows = rows.get("programs", rows)
    first: Rows = json.loads(options.fresh.read_text(encoding="utf-8")) if options.fresh.exists() else {}
    print("\n".join([*reached(rows, first), "", *programs(rows, first), "", *failures(rows)]))


# ------------------------------------------------------------------------------------------------- what is to be reached
def reached(rows: Rows, first: Rows) -> list[str]:
    jax, hand, primal = over(rows, "jax"), over(rows, "hand"), over(rows, "primal")
    behind = {name: 1.0 / ratio for name, ratio in hand.items()}
    cost = {name: 1.0 / ratio for name, ratio in primal.items()}
    slower = [name for name, ratio in jax.items() if ratio < 1.0]
    cold = {name: a / b for name, a, b in pairs(first, ("s2s", "cold"), ("jax", "cold"))}
    disk = {name: a for name, a, _ in pairs(first, ("s2s", "disk"), ("s2s", "cold"))}
    lines = [
        ("faster than JAX, geometric mean", "6", mean(counted(jax, "jax"))),
        ("programs slower than JAX", "none", f"{len(slower)}: {', '.join(slower)}" if slower else "none"),
        ("over the derivative by hand", "1.3", worst(behind, mean(behind.values()))),
        ("over the compiled program, geometric mean", "2.8", mean(cost.values())),
        ("the same, of linear programs", "2", mean(value for name, value in cost.items() if is_linear(name))),
        ("elementwise chain, faster than JAX", "2", number(jax.get("elementwise_chain"))),
        ("logistic regression of 20 by 10, µs", "2", beside(rows, "logistic_regression")),
        ("first call, cold, over JAX's, geometric mean", "2", mean(cold.values())),
        (
            "first call from disk, s",
            "0.1",
            worst(disk, f"median {statistics.median(disk.values()):.2f}" if disk else "none"),
        ),
    ]
    return ["| what | to reach | reached |", "|---|---|---|", *(f"| {' | '.join(line)} |" for line in lines)]


def over(rows: Rows, who: str) -> dict[str, float]:
    """The peer's median over this project's, for each program that both have."""
    medians = {name: row["median"] for name, row in rows.items() if {"s2s", who} <= row.get("median", {}).keys()}
    return {name: median[who] / median["s2s"] for name, median in medians.items()}


def counted(found: dict[str, float], who: str) -> list[float]:
    return [ratio for name, ratio in found.items() if who not in FORMS or "SCALAR_LOOPS" not in marks(who, name)]


def pairs(first: Rows, one: tuple[str, str], other: tuple[str, str]) -> Iterable[tuple[str, float, float]]:
    """(program, first call of the one, of the other) where both have one."""
    for name, row in first.items():
        found = [row.get(who, {}).get(kind, {}).get("first") for who, kind in (one, other)]
        if None not in found:
            yield name, found[0], found[1]


def is_linear(name: str) -> bool:
    path = CORPUS / f"{name}.py"
    if not path.is_file():
        return False
    nodes = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.Assign)]
    return any(isinstance(target, ast.Name) and target.id == "LINEAR" for node in nodes for target in node.targets)


def mean(values: Iterable[float]) -> str:
    values = list(values)
    return f"{statistics.geometric_mean(values):.2f} ({len(values)})" if values else "none"


def worst(found: dict[str, float], text: str) -> str:
    if not found:
        return text
    name = max(found, key=found.__getitem__)
    return f"{text}, worst {found[name]:.2f} ({name})"


def beside(rows: Rows, name: str) -> str:
    median = rows.get(name, {}).get("median", {})
    return ", ".join(f"{who} {1e6 * median[who]:.1f}" for who in ("s2s", "jax", "hand") if who in median) or "none"


def number(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}" if value < 100 else f"{value:.0f}"


# ---------------------------------------------------------------------------------------------------------- every program
def programs(rows: Rows, first: Rows) -> list[str]:
    """Sorted by how much faster than JAX this project is; `*` where a form loops over single numbers."""
    jax = over(rows, "jax")
    title = [
        "program",
        "n",
        "s2s, µs",
        *(f"{who} / s2s" for who in PEERS[:-1]),
        "s2s / primal",
        "cold, s",
        "JAX",
        "disk, s",
        "MB",
        "JAX",
    ]
    lines = [f"| {' | '.join(title)} |", "|" + "---|" * len(title)]
    for name in sorted(rows, key=lambda name: (name not in jax, jax.get(name, 0.0))):
        row = rows[name]
        median = row.get("median", {})
        if "s2s" not in median:
            continue
        ratios = [starred(median.get(who), median["s2s"], who, name) for who in PEERS[:-1]]
        primal = number(median["s2s"] / median["primal"]) if "primal" in median else "–"
        own = f"{1e6 * median['s2s']:.1f}"
        lines.append(f"| {' | '.join([name, str(row['n']), own, *ratios, primal, *calls(first.get(name, {}))])} |")
    return lines


def starred(spent: float | None, own: float, who: str, name: str) -> str:
    star = "*" if who in FORMS and "SCALAR_LOOPS" in marks(who, name) else ""
    return "–" if spent is None else number(spent / own) + star


def calls(row: dict[str, Any]) -> list[str]:
    def at(who: str, kind: str, entry: str, unit: float = 1.0) -> str:
        found = row.get(who, {}).get(kind, {}).get(entry)
        return "–" if found is None else f"{found / unit:.2f}"

    times = [at("s2s", "cold", "first"), at("jax", "cold", "first"), at("s2s", "disk", "first")]
    return [*times, at("s2s", "cold", "later_peak", 1e6), at("jax", "cold", "later_peak", 1e6)]


# --------------------------------------------------------------------------------------------------------------- failures
def failures(rows: Rows) -> list[str]:
    """By peer, programs with the same reason together."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, row in rows.items():
        for who, why in row.get("failures", {}).items():
            if who == "hand" and why.startswith("Cannot"):
                continue  # it is there for few programs
            found.setdefault(who, {}).setdefault(why, []).append(name)
        if "failed" in row:
            found.setdefault("all", {}).setdefault(row["failed"], []).append(name)
    lines = []
    for who, reasons in found.items():
        lines += [f"**{who}**: {sum(map(len, reasons.values()))} programs", ""]
        order = sorted(reasons.items(), key=lambda item: -len(item[1]))
        lines += [f"- {why.replace('|', '/')} ({len(names)}): {', '.join(names)}" for why, names in order] + [""]
    return lines


if __name__ == "__main__":
    main()
