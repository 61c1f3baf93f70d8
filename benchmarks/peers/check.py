"""Whether the forms in JAX say what the programs say: value and gradients beside this project's, one line per program.

    python benchmarks/peers/check.py [name ...]

Prints `ok`, `differs`, `crash` or `cannot` with the reason; the exit status is 1 if a form differs or crashes.
"""

from __future__ import annotations

import importlib
import pkgutil
import sys
import traceback
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import numpy as np

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "tests")]

from s2s import value_and_grad  # noqa: E402
from s2s_runtime import tree  # noqa: E402

SIZES = (6, 9)
CLOSE = 1e-8


def names() -> list[str]:
    import jax_forms

    return sorted(info.name for info in pkgutil.iter_modules(jax_forms.__path__) if not info.name.startswith("_"))


def active(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The positions of the arguments that hold a floating-point number."""
    return tuple(k for k, arg in enumerate(args) if any(map(tree.is_differentiable, tree.flatten(arg)[0])))


def by_jax(form: ModuleType, args: tuple[Any, ...], wrt: tuple[int, ...]) -> list[Any]:
    """The value and the gradients' leaves, from one compiled function."""
    compiled = jax.jit(jax.value_and_grad(form.loss, wrt), static_argnums=getattr(form, "STATIC", ()))
    return list(jax.tree.leaves(compiled(*getattr(form, "convert", lambda *args: args)(*args))))


def worst(name: str, form: ModuleType) -> float:
    """The largest difference over all sizes, relative to the largest entry of what is compared."""
    program = importlib.import_module(f"programs.{name}")
    error = 0.0
    for size in SIZES:
        args = program.arguments(np.random.default_rng(0), size)
        wrt = getattr(form, "WRT", active(args))
        found = by_jax(form, args, wrt)
        wanted = jax.tree.leaves(value_and_grad(program.loss, wrt)(*program.arguments(np.random.default_rng(0), size)))
        for x, y in zip(found, wanted, strict=True):
            if np.shape(x) != np.shape(y):
                return float("inf")
            scale = np.max(np.abs(y), initial=0.0)
            error = max(error, float(np.max(np.abs(np.asarray(x) - y), initial=0.0) / (scale or 1.0)))
            error = float("inf") if np.any(np.isnan(np.asarray(x))) else error
    return error


def line(name: str) -> str:
    try:
        form = importlib.import_module(f"jax_forms.{name}")
        if hasattr(form, "CANNOT"):
            return f"cannot: {form.CANNOT}"
        error = worst(name, form)
    except Exception:
        return f"crash: {traceback.format_exc()}"
    return f"{'ok' if error <= CLOSE else 'differs'} {error:.1e}"


def main() -> int:
    jax.config.update("jax_enable_x64", True)
    warnings.simplefilter("ignore")
    lines = {}
    for name in sys.argv[1:] or names():
        lines[name] = line(name)
        print(f"{name:28} {lines[name]}", flush=True)
    return int(any(text.startswith(("differs", "crash")) for text in lines.values()))


if __name__ == "__main__":
    sys.exit(main())
