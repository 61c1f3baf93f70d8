"""Compares what the peers' forms compute with this project's NumPy code: the value, and every gradient.

    python benchmarks/peers/check.py [NAME ...] [--peers jax,torch,hand] [--sizes 6,11]

One line per form: ok, differs, cannot (with the reason) or crash.  The exit status is 1 if any differs or crashed.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent), str(HERE), str(HERE.parent.parent), str(HERE.parent.parent / "runtime")]

from compiled import differs, flat  # noqa: E402

import peers  # noqa: E402

FOLDERS = {"jax": "jax_forms", "torch": "torch_forms", "hand": "hand"}
RTOL = {"jax": 1e-8, "torch": 1e-8, "hand": 1e-10}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="which programs; all that have a form otherwise")
    parser.add_argument("--peers", default=",".join(FOLDERS), help="whose forms")
    parser.add_argument("--sizes", default="6,11", help="the sizes that are compared")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    bad = 0
    for who in options.peers.split(","):
        for name in sorted(path.stem for path in (HERE / FOLDERS[who]).glob("*.py") if path.stem[0] != "_"):
            if not options.names or name in options.names:
                verdict = checked(who, name, [int(size) for size in options.sizes.split(",")])
                bad += not verdict.startswith(("ok", "cannot"))
                print(f"{who:6} {name:28} {verdict}", flush=True)
    return int(bad > 0)


def checked(who: str, name: str, sizes: list[int]) -> str:
    try:
        worst = [wrong for size in sizes if (wrong := compared(who, name, size))]
    except peers.Cannot as reason:
        return f"cannot: {reason}"
    except Exception as error:  # whatever a form does wrong is what is reported
        return f"crash: {type(error).__name__}: {(str(error).splitlines() or [''])[0]}"
    return f"differs: {'; '.join(worst)}" if worst else "ok"


def compared(who: str, name: str, size: int) -> str:
    """What differs at this size, in words; nothing if nothing does."""
    program = peers.program(name)
    expected = flat(peers.peer("numpy").prepare(program, peers.arguments(program, size))())
    found = flat(peers.peer(who).prepare(program, peers.arguments(program, size))())
    wrong = differs(found, expected, RTOL[who])
    return f"n = {size}: {wrong}" if wrong else ""


if __name__ == "__main__":
    sys.exit(main())
