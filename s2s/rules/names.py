"""What users call functions: `np.linalg.norm`, `math.sin`, `scipy.special.erf`; and which of those that have a rule are near one.

In: a function.  Out: its public name; for one without a rule, a hint that names functions that have one.
"""

from __future__ import annotations

import cmath
import importlib
import math
import operator
import sys
from typing import Any

import numpy as np

from s2s.errors import suggest
from s2s.primitives import name_in_module, owner_of_method, public_module
from s2s.rules.declare import RULES

SPACES = {"np": np, "np.linalg": np.linalg, "np.fft": np.fft, "math": math, "cmath": cmath, "operator": operator}
OURS = ("s2s", "s2s_runtime")


def public_name(function: Any) -> str:
    """The name under which a user finds a function: the shortest that there is.

    >>> public_name(np.add), public_name(math.sin), public_name(len)
    ('np.add', 'math.sin', 'len')
    """
    if owner_of_method(function):
        return f"{public_module(function)}.{name_in_module(function)}"
    name = getattr(function, "__name__", type(function).__name__)
    for prefix, space in SPACES.items():
        if vars(space).get(name) is function:
            return f"{prefix}.{name}"
    fallback = "scipy.special" if isinstance(function, np.ufunc) else "builtins"
    module = getattr(function, "__module__", None) or fallback
    return name if module == "builtins" else f"{public_package(module, name, function)}.{name}"


def public_package(module: str, name: str, function: Any) -> str:
    """The shortest package that gives this function under its name."""
    parts = module.split(".")
    for count in range(1, len(parts)):
        package = sys.modules.get(".".join(parts[:count]))  # a module that was made by hand cannot be imported
        if getattr(package, name, None) is function:
            return ".".join(parts[:count])
    return module


def is_users_to_call(function: Any) -> bool:
    """Whether users have a name for a function; the others are those that derivatives are written with."""
    return (getattr(function, "__module__", None) or "").partition(".")[0] not in OURS


def known_names() -> dict[str, Any]:
    """Every function that has a rule and that users call, by its public name.  Imports the rules of all libraries."""
    for library in list(RULES.deferred):
        version = RULES.version
        importlib.import_module(RULES.deferred.pop(library))
        RULES.version = version
    known = {public_name(function): function for function in RULES.rules if is_users_to_call(function)}
    importlib.import_module("s2s.implicit.calls").register()
    return known | {name: function for function, rules in RULES.combinators.items() for name in rules[0].known_as}


def hint_for(function: Any) -> str:
    """What to use in the place of a function that has no rule."""
    name, known = public_name(function), known_names()
    last = name.rpartition(".")[2]
    if name.startswith("scipy.stats") and last in OF_DISTRIBUTIONS:
        return OF_DISTRIBUTIONS[last]
    written = [other for other in WRITTEN_WITH.get(name, ()) if other in known or "(" in other]
    same = sorted((other for other in known if other.rpartition(".")[2] == last), key=len)
    if written or same:
        return f"{' or '.join(written or same[:2])} has one"
    near = suggest(name, known)
    own = "give it a rule of its own (s2s.custom_rule)"
    return f"did you mean {' or '.join(near)}?  Else {own}" if near else f"write it with functions that have one, or {own}"


OF_DISTRIBUTIONS = {
    "rvs": "draw numbers that depend on nothing, and move them: loc + scale * norm.rvs(size=n), or ppf of uniform numbers",
    "fit": "write the equation that the parameters solve, for s2s.implicit, or the log-likelihood with logpdf",
    "expect": "write the integral as a sum over points: np.sum(f(x) * pdf(x) * weights)",
}
"""Methods of distributions that have no rule, and what does instead."""

WRITTEN_WITH = {
    "np.i0": ("scipy.special.i0",),
    "scipy.linalg.pinvh": ("np.linalg.pinv",),
    "scipy.integrate.romb": ("np.trapezoid",),
    "scipy.spatial.distance.cosine": ("np.linalg.norm",),
    "math.fsum": ("np.sum",),
    "math.dist": ("np.linalg.norm",),
    "math.sumprod": ("np.dot",),
    "math.perm": ("scipy.special.poch",),
    "statistics.mean": ("np.mean",),
    "statistics.fmean": ("np.mean",),
    "statistics.stdev": ("np.std(x, ddof=1)",),
    "statistics.pstdev": ("np.std",),
    "statistics.variance": ("np.var(x, ddof=1)",),
    "statistics.median": ("np.median",),
}
"""Functions that users know by one name and that have a rule under another."""
