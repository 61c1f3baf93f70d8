"""One program of one peer in a new process: the time of the first call, and the memory that calls take.

    python benchmarks/fresh.py s2s lu 64

prints JSON: `first` and `later`, the seconds of the first call and of the one behind it; `first_peak` and `later_peak`, the
bytes that a call takes at its worst beyond what was there before it.  Everything is imported before the clock starts.  From
Python, `fresh(who, name, size)` does it twice: with nothing kept on disk (`cold`), and with what that process has kept
(`disk`, of the peers that keep something).
"""

from __future__ import annotations

import ctypes
import gc
import importlib
import json
import os
import pkgutil
import resource
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
    who, name, size = sys.argv[1:]
    warnings.simplefilter("ignore")
    print(json.dumps(measured(who, name, int(size))))


def fresh(who: str, name: str, size: int, core: int | None = None) -> Row:
    """{"cold": ..., "disk": ...} of a peer, each a row of numbers, or {"failed": why}."""
    with tempfile.TemporaryDirectory() as kept:
        rows = {"cold": in_new_process(who, name, size, kept, core)}
        if who in KEEP_ON_DISK and "failed" not in rows["cold"]:
            rows["disk"] = in_new_process(who, name, size, kept, core)
    return rows


def in_new_process(who: str, name: str, size: int, kept: str, core: int | None) -> Row:
    """`kept`: the directory in which is kept what the next process may find."""
    path = os.pathsep.join(str(place) for place in (HERE, HERE / "peers", ROOT, ROOT / "runtime"))
    environment = os.environ | {
        "PYTHONPATH": path, "S2S_CACHE_DIR": kept, "JAX_COMPILATION_CACHE_DIR": kept,
        "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0", "JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES": "-1",
        "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
    }  # fmt: skip
    command = [sys.executable, str(HERE / "fresh.py"), who, name, str(size)]
    command = command if core is None else ["taskset", "-c", str(core), *command]
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
    start = time.perf_counter()
    call = peer.prepare(program, args)
    result = call()
    first = time.perf_counter() - start
    first_peak = peak() - base
    del result
    gc.collect()
    base = forgotten()
    start = time.perf_counter()
    call()
    later = time.perf_counter() - start
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
