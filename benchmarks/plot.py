"""A picture of what `compiled.py` has measured: for every program, how many times as long a peer takes as this project.

    python benchmarks/plot.py [--json FILE] [--peers jax,torch,autograd,hand]

Reads the numbers and writes a PNG and an SVG beside them.  Programs are sorted by the ratio to the first peer.  What loops over
single numbers in that peer's best form is shown, hollow, and counts in no mean.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "runtime")]

from peers.marks import FORMS, marks  # noqa: E402

COLOURS = {"jax": "#1f4e9c", "torch": "#e07b28", "autograd": "#3a9a5b", "hand": "#222222"}
SIZES = {"jax": 26, "torch": 12, "autograd": 12, "hand": 20}
TITLES = {"jax": "JAX", "torch": "PyTorch", "autograd": "Autograd", "hand": "by hand, for Numba"}
Ratios = dict[str, float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path, default=HERE / "results" / "compiled.json", help="where the numbers are")
    parser.add_argument("--peers", default="jax,torch,autograd,hand", help="who is shown, the one to sort by first")
    options = parser.parse_args()
    found = json.loads(options.json.read_text(encoding="utf-8"))
    figure = drawn(found.get("programs", found), options.peers.split(","))
    for ending in ("png", "svg"):
        figure.savefig(options.json.with_suffix(f".{ending}"), dpi=150, bbox_inches="tight")
        print(f"saved as {options.json.with_suffix(f'.{ending}').name}")


def ratios(rows: dict[str, Any], who: str) -> Ratios:
    """The peer's median over this project's, for each program that both have."""
    medians = {name: row["median"] for name, row in rows.items() if {"s2s", who} <= row.get("median", {}).keys()}
    return {name: median[who] / median["s2s"] for name, median in medians.items()}


def counted(found: Ratios, who: str) -> list[float]:
    """The ratios that a mean is taken of."""
    return [ratio for name, ratio in found.items() if who not in FORMS or "SCALAR_LOOPS" not in marks(who, name)]


def drawn(rows: dict[str, Any], who: list[str]) -> Figure:
    every = {one: ratios(rows, one) for one in who}
    first = every[who[0]]
    order = sorted(rows, key=lambda name: (name not in first, first.get(name, 0.0)))
    order = [name for name in order if any(name in found for found in every.values())]
    place = {name: k for k, name in enumerate(order)}
    figure = Figure(figsize=(max(8.0, 0.115 * len(order)), 6.5))
    axes = figure.subplots()
    for one in who:
        scatter(axes, place, every[one], one)
    axes.axhline(1.0, color="#888888", linewidth=1)
    means = counted(first, who[0])
    if means:
        axes.axhline(statistics.geometric_mean(means), color=COLOURS[who[0]], linewidth=1, linestyle="--")
    axes.set_yscale("log")
    axes.set_ylabel("time of value and gradient, as a multiple of s2s")
    axes.set_xticks(range(len(order)), order, rotation=90, fontsize=5.5)
    axes.set_xlim(-1, len(order))
    axes.grid(axis="y", color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
    axes.legend(loc="upper left", frameon=False)
    return figure


def scatter(axes: Any, place: dict[str, int], found: Ratios, who: str) -> None:
    """The points of a peer: filled where they count in its mean, which the legend says."""
    means = counted(found, who)
    label = f"{TITLES.get(who, who)}: geometric mean {statistics.geometric_mean(means):.2f} of {len(means)}" if means else None
    hollow = {name for name in found if who in FORMS and "SCALAR_LOOPS" in marks(who, name)}
    colour, size = COLOURS.get(who, "#777777"), SIZES.get(who, 14)
    for names, face, text in (([n for n in found if n not in hollow], colour, label), (sorted(hollow), "none", None)):
        places, values = [place[name] for name in names], [found[name] for name in names]
        axes.scatter(places, values, s=size, facecolors=face, edgecolors=colour, linewidths=0.7, label=text, zorder=3)


if __name__ == "__main__":
    main()
