"""The first call of every program in a new process, of each peer: its time, cold and from disk, and the memory that calls take.

    python benchmarks/fresh.py [--only lu,lstm] [--compared s2s,jax] [--core 0] [--json FILE]

Everything is imported before the clock starts.  *Cold*: nothing is kept on disk; *from disk*: another process has left there
what it keeps (s2s its machine code, JAX its compilation cache).  A row has `first` and `later`, the seconds of processor time of
the first call and of the one behind it;
`first_peak` and `later_peak`, the bytes that a call takes at its worst beyond what was there before.
"""

from __future__ import annotations

import argparse
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent
KEEP_ON_DISK = ("s2s", "jax")
IMPORTS = {
    "s2s": ("numba", "scipy.linalg", "scipy.special", "libcst"), "hand": ("numba", "scipy.linalg"), "jax": ("jax", "jax.scipy.linalg"),
    "torch": ("torch", "torch._numpy"), "autograd": ("autograd", "autograd.scipy.special"),
}  # fmt: skip
SECONDS = 600.0
Row = dict[str, Any]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="which programs, separated by commas")
    parser.add_argument("--compared", default="s2s,jax", help="who takes part")
    parser.add_argument("--core", type=int, help="the processor that all runs on")
    parser.add_argument("--json", type=Path, default=HERE / "results" / "fresh.json", help="where the numbers go")
    parser.add_argument("--child", nargs=3, metavar=("PEER", "NAME", "SIZE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {options.core})
    if options.child:
        warnings.simplefilter("ignore")
        print(json.dumps(measured(options.child[0], options.child[1], int(options.child[2]))))
        return
    sizes: dict[str, int] = json.loads((HERE / "sizes.json").read_text())
    rows: dict[str, Row] = {}
    for name in options.only.split(",") if options.only else sizes:
        rows[name] = {who: fresh(who, name, sizes[name]) for who in options.compared.split(",")}
        print(line(name, rows[name]), flush=True)
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    print(summary(rows))


def line(name: str, row: Row) -> str:
    text = f"{name:28}"
    for who, found in row.items():
        if "failed" in found["cold"]:
            text += f"  {who}: {found['cold']['failed']}"
            continue
        text += f"  {who} cold {found['cold']['first']:.2f} s"
        text += f", disk {found['disk']['first']:.3f} s" if "first" in found.get("disk", {}) else ""
        text += f", {found['cold']['first_peak'] / 1e6:.0f} and {found['cold']['later_peak'] / 1e6:.1f} MB"
    return text


def summary(rows: dict[str, Row]) -> str:
    """The ratio of the first calls, cold, and what takes long from disk."""
    both = [row for row in rows.values() if all("first" in row.get(who, {}).get("cold", {}) for who in ("s2s", "jax"))]
    lines = []
    if both:
        mean = statistics.geometric_mean([row["s2s"]["cold"]["first"] / row["jax"]["cold"]["first"] for row in both])
        lines.append(f"first call, cold, over JAX's: {mean:.2f} ({len(both)})")
    disk = {name: row["s2s"]["disk"]["first"] for name, row in rows.items() if "first" in row.get("s2s", {}).get("disk", {})}
    if disk:
        slow = sorted((name for name in disk if disk[name] > 0.1), key=disk.__getitem__, reverse=True)
        lines.append(f"from disk: median {statistics.median(disk.values()):.3f} s, {len(slow)} of {len(disk)} over 0.1 s")
        lines += [f"  {name} {disk[name]:.2f}" for name in slow[:10]]
    return "\n".join(lines)


def fresh(who: str, name: str, size: int) -> Row:
    """{"cold": ..., "disk": ...} of a peer, each a row of numbers, or {"failed": why}."""
    with tempfile.TemporaryDirectory() as kept:
        rows = {"cold": in_new_process(who, name, size, kept)}
        if who in KEEP_ON_DISK and "failed" not in rows["cold"]:
            rows["disk"] = in_new_process(who, name, size, kept)
    return rows


def in_new_process(who: str, name: str, size: int, kept: str) -> Row:
    """`kept`: the directory in which is kept what the next process may find."""
    path = os.pathsep.join(str(place) for place in (HERE, HERE / "peers", ROOT, ROOT / "runtime"))
    environment = os.environ | {
        "PYTHONPATH": path, "S2S_CACHE_DIR": kept, "JAX_COMPILATION_CACHE_DIR": kept,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0", "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    }  # fmt: skip
    command = [sys.executable, str(HERE / "fresh.py"), "--child", who, name, str(size)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return {"failed": f"takes more than {SECONDS:g} s"}
    if done.returncode:
        return {"failed": (done.stderr.strip().splitlines() or ["crashed"])[-1][:200]}
    found: Row = json.loads(done.stdout.splitlines()[-1])
    return found


# ------------------------------------------------------------------------------------------------- in the new process
def measured(who: str, name: str, size: int) -> Row:
    import peers

    peer, program = peers.peer(who), peers.program(name)
    import_all(who)
    args = peers.arguments(program, size)
    gc.collect()
    base = forgotten()
    start = time.process_time()
    call = peer.prepare(program, args)
    result = call()
    first = time.process_time() - start
    first_peak = peak() - base
    del result
    gc.collect()
    base = forgotten()
    start = time.process_time()
    call()
    later = time.process_time() - start
    return {"first": first, "later": later, "first_peak": first_peak, "later_peak": peak() - base}


def import_all(who: str) -> None:
    """What the first call would import, and what a library does once in a process."""
    for module in IMPORTS.get(who, ()):
        importlib.import_module(module)
    if who == "jax":
        importlib.import_module("jax").devices()
    if who == "s2s":
        for package in ("s2s", "s2s_runtime"):
            paths = importlib.import_module(package).__path__
            for found in pkgutil.walk_packages(paths, f"{package}."):
                if found.name.split(".")[1] not in ("__main__", "cli", "tour", "testing", "verify"):
                    importlib.import_module(found.name)


def forgotten() -> int:
    """The bytes that are resident now; from here on `peak` counts anew."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).malloc_trim(0)
        Path("/proc/self/clear_refs").write_text("5")
        return status("VmRSS")
    return peak()


def peak() -> int:
    """The most bytes that have been resident."""
    if sys.platform.startswith("linux"):
        return status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def status(entry: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(f"{entry}:"):
            return int(line.split()[1]) * 1024
    raise LookupError(entry)


if __name__ == "__main__":
    main()
