"""Compares every JAX form with the program that it stands beside: the value, and every gradient.

    python benchmarks/peers/check.py [NAME ...] [--sizes 6,11]

One line per form: ok, differs, cannot (with the reason) or crash.  The exit status is 1 if any differs or crashed.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import jax
import numpy as np

from s2s import value_and_grad
from s2s_runtime import tree

HERE = Path(__file__).parent
CORPUS = HERE.parent.parent / "tests" / "programs"
RTOL = 1e-8


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="which programs; all that have a form otherwise")
    parser.add_argument("--sizes", default="6,11", help="the sizes that are compared")
    options = parser.parse_args()
    jax.config.update("jax_enable_x64", True)
    warnings.simplefilter("ignore")
    names = options.names or sorted(path.stem for path in (HERE / "jax_forms").glob("*.py") if path.stem[0] != "_")
    bad = 0
    for name in names:
        verdict = checked(name, [int(size) for size in options.sizes.split(",")])
        bad += not verdict.startswith(("ok", "cannot"))
        print(f"{name:28} {verdict}", flush=True)
    return int(bad > 0)


def checked(name: str, sizes: list[int]) -> str:
    try:
        form = form_of(name)
        if hasattr(form, "CANNOT"):
            return f"cannot: {form.CANNOT}"
        program = loaded(f"corpus_{name}", CORPUS / f"{name}.py")
        worst = [wrong for size in sizes if (wrong := compared(program, form, size))]
    except Exception as error:  # whatever a form does wrong is what is reported
        return f"crash: {type(error).__name__}: {str(error).splitlines()[0]}"
    return f"differs: {'; '.join(worst)}" if worst else "ok"


def form_of(name: str) -> ModuleType:
    sys.path[:0] = [str(HERE)] if str(HERE) not in sys.path else []
    return importlib.import_module(f"jax_forms.{name}")


def loaded(name: str, path: Path) -> ModuleType:
    """A module by its file: `benchmarks` has a module that is called like the folder of the programs."""
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def compiled(form: ModuleType, args: tuple[Any, ...]) -> Any:
    """The function that is compared and timed: value and gradients of a form, compiled."""
    by = getattr(form, "WRT", active(args))
    return jax.jit(jax.value_and_grad(form.loss, by), static_argnums=getattr(form, "STATIC", ()))


def active(args: tuple[Any, ...]) -> tuple[int, ...]:
    """The positions of the arguments that hold a floating-point number."""
    return tuple(k for k, arg in enumerate(args) if any(map(tree.is_differentiable, tree.flatten(arg)[0])))


def compared(program: ModuleType, form: ModuleType, size: int) -> str:
    """What differs at this size, in words; nothing if nothing does."""
    args = program.arguments(np.random.default_rng(0), size)
    by = getattr(form, "WRT", active(args))
    expected = tree.flatten(value_and_grad(program.loss, by)(*args))[0]
    args = program.arguments(np.random.default_rng(0), size)
    given = form.convert(*args) if hasattr(form, "convert") else args
    value, gradients = compiled(form, args)(*given)
    found = [np.asarray(leaf) for leaf in [value, *jax.tree.leaves(gradients)]]
    if [leaf.shape for leaf in found] != [np.shape(leaf) for leaf in expected]:
        return f"n = {size}: the gradients have other shapes"
    # an entry that is nearly 0 is a sum of larger ones: it is compared with the largest of all
    largest = max(float(np.max(np.abs(leaf), initial=0.0)) for leaf in expected)
    errors = [
        float(np.max(np.abs(got - leaf) / (np.abs(leaf) + 1e-3 * largest + 1e-300), initial=0.0))
        for got, leaf in zip(found, expected, strict=True)
    ]
    wrong = [f"{k}: {error:.1e}" for k, error in enumerate(errors) if not error <= RTOL]
    return f"n = {size}, leaves {', '.join(wrong)}" if wrong else ""


if __name__ == "__main__":
    sys.exit(main())
