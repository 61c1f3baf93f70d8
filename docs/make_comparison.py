"""Writes comparison.md: what Autograd and JAX differentiate of NumPy and SciPy, and what s2s has of it.

python docs/make_comparison.py [--ours]

The peers are read as they are installed: Autograd's registries of derivatives, and the public functions of `jax.numpy` and
`jax.scipy` that NumPy and SciPy have under the same name.  What s2s has is looked up in its registry and in the specialiser's table;
with `--ours`, only that is done again, and the peers need not be installed.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "comparison.md"

SPACES = (
    "numpy", "numpy.linalg", "numpy.fft", "scipy.cluster.vq", "scipy.fft", "scipy.integrate", "scipy.interpolate", "scipy.linalg",
    "scipy.ndimage", "scipy.optimize", "scipy.signal", "scipy.spatial.transform", "scipy.special", "scipy.stats",
    *(f"scipy.stats.{name}" for name in (
        "bernoulli", "beta", "betabinom", "binom", "cauchy", "chi2", "dirichlet", "expon", "gamma", "gennorm", "geom", "gumbel_l",
        "gumbel_r", "laplace", "logistic", "multinomial", "multivariate_normal", "nbinom", "norm", "pareto", "poisson", "t",
        "truncnorm", "uniform", "vonmises", "wrapcauchy",
    )),
)  # fmt: skip

NOT_OF_NUMBERS = {
    "array_repr", "array_str", "dtype", "errstate", "finfo", "frombuffer", "fromfile", "fromstring", "from_dlpack",
    "get_printoptions", "iinfo", "load", "loadtxt", "memmap", "printoptions", "save", "savetxt", "savez", "savez_compressed",
    "set_printoptions", "ufunc",
}  # fmt: skip
"""They read files, print, or make things that are no numbers."""

REASONS = {
    "numpy.nextafter": "the next number of the machine's is no function of real numbers",
    "numpy.histogram2d": "its edges move with the data; use np.histogram_bin_edges, and count with np.searchsorted",
    "numpy.histogramdd": "as np.histogram2d",
    "numpy.frompyfunc": "its arrays hold Python objects; np.vectorize is read",
    "numpy.unique_all": "a result with names of its own; np.unique gives the same",
    "scipy.linalg.schur": "the basis of a pair of complex eigenvalues is any rotation of it; scipy.linalg.eigh, np.linalg.eig",
    "scipy.linalg.rsf2csf": "as scipy.linalg.schur",
    "scipy.linalg.funm": "it has a derivative where all eigenvalues differ only; expm, logm, sqrtm and their like have rules",
    "scipy.linalg.qr_multiply": "it does not give the factor by which it multiplies; scipy.linalg.qr, and a product",
    "scipy.stats.mode": "what is most frequent is a step",
}
"""Why a name is not there: one that is not here has to be given a rule, or a reason."""

HEAD = """\
# Comparison

What Autograd and JAX differentiate of NumPy and SciPy, name by name, and what s2s has of it. This page is written by
`python docs/make_comparison.py`, which reads the installed libraries; a test checks that its last column is true.

*rule*: a derivative rule of its own. *program*: read as a user's own program is, statement by statement. *constant*: its result is
whole numbers, flags or steps, and carries no derivative. A name is listed for Autograd if a derivative is registered for it, or if it
is written with functions that have one; for JAX if its public function has the name of one of NumPy's or SciPy's.
"""


class Row(NamedTuple):
    """A function by its name in NumPy or SciPy, who differentiates it, and what s2s has of it."""

    name: str
    autograd: bool
    jax: bool
    ours: str

    def cells(self) -> tuple[str, ...]:
        return f"`{self.name}`", "yes" if self.autograd else "", "yes" if self.jax else "", self.ours


# --------------------------------------------------------------------------------------------------------------- peers
def of_autograd(space: str) -> set[str]:
    """The functions of a module that Autograd differentiates."""
    from autograd import core

    module = imported("autograd." + space)
    if module is None:
        return set()
    known = {*core.primitive_vjps, *core.primitive_jvps}
    return {name for name, value in vars(module).items() if is_public(name, value) and (value in known or is_written(value))}


def is_written(value: Any) -> bool:
    """Whether a function of Autograd's is written with others: neither one of NumPy's nor a primitive."""
    return inspect.isfunction(value) and value.__module__.startswith("autograd.") and not hasattr(value, "fun")


def of_jax(space: str) -> set[str]:
    """The functions of a module that JAX has under the names of NumPy's and SciPy's."""
    module = imported("jax." + space)
    return set() if module is None else {name for name, value in vars(module).items() if is_public(name, value)}


def is_public(name: str, value: Any) -> bool:
    return callable(value) and not name.startswith("_") and not isinstance(value, type) and name not in NOT_OF_NUMBERS


def imported(name: str) -> ModuleType | None:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def rows() -> Iterator[Row]:
    """Every function that a peer differentiates, and NumPy or SciPy has."""
    for space in SPACES:
        autograd, jax = of_autograd(space), of_jax(space)
        for name in sorted(autograd | jax):
            full = f"{space}.{name}"
            if callable(found(full)) and not isinstance(found(full), type):
                yield Row(full, name in autograd, name in jax, ours(full))


# ---------------------------------------------------------------------------------------------------------------- ours
def found(name: str) -> Any:
    """The function of this name, None if there is none."""
    parts = name.split(".")
    for count in range(len(parts) - 1, 0, -1):
        value: Any = imported(".".join(parts[:count]))
        if value is not None:
            for part in parts[count:]:
                value = getattr(value, part, None)
            return value
    return None


def ours(name: str) -> str:
    """What s2s has of a function: a rule, a program, a constant, or why not."""
    from s2s.rules import RULES
    from s2s.specialise.handlers import handler_of

    function = found(name)
    if RULES.of(function):
        return "rule"
    if function in RULES.definitions:
        return "program"
    if RULES.is_constant(function):
        return "constant"
    return "program" if handler_of(function) is not None else f"missing: {REASONS[name]}"


# ---------------------------------------------------------------------------------------------------------------- page
def versions() -> str:
    named = [f"{name} {importlib.metadata.version(name)}" for name in ("autograd", "jax", "numpy", "scipy")]
    return f"Versions read: {', '.join(named)}."


def text() -> str:
    """The whole page, from the installed peers."""
    return written(list(rows()), versions())


def renewed(page: str) -> str:
    """A page that was written before, with what s2s has now: for that, the peers need not be installed."""
    line = next(line for line in page.splitlines() if line.startswith("Versions read: "))
    return written([row._replace(ours=ours(row.name)) for row in read(page)], line)


def written(listed: list[Row], source: str) -> str:
    lines = [HEAD, source, "", *counts(listed)]
    for space in SPACES:
        own = [row for row in listed if row.name.rpartition(".")[0] == space]
        if own:
            lines += ["", f"## {space}", "", *table(own)]
    return "\n".join(lines) + "\n"


def counts(listed: list[Row]) -> Iterator[str]:
    kinds = ("rule", "program", "constant")
    yield "| | names | rule | program | constant | missing |"
    yield "|---|---|---|---|---|---|"
    for label, chosen in (
        ("Autograd", [row for row in listed if row.autograd]),
        ("JAX", [row for row in listed if row.jax]),
        ("either", listed),
    ):
        numbers = [sum(row.ours == kind for row in chosen) for kind in kinds]
        yield f"| {label} | {len(chosen)} | {' | '.join(map(str, numbers))} | {len(chosen) - sum(numbers)} |"


def table(listed: list[Row]) -> Iterator[str]:
    yield "| function | Autograd | JAX | s2s |"
    yield "|---|---|---|---|"
    for row in listed:
        yield f"| {' | '.join(row.cells())} |"


def read(page: str) -> list[Row]:
    """The rows of a written page."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in page.splitlines() if line.startswith("| `")]
    return [Row(name.strip("`"), autograd == "yes", jax == "yes", own) for name, autograd, jax, own in cells]


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")) if sys.argv[1:] == ["--ours"] else text(), encoding="utf-8")
