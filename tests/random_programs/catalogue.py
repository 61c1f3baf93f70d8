"""Calls of any function that has a rule, with arguments of the rule's own cases that move with the program's numbers.

    s = x[0] * 2.0         =>      s = np.sum(np.sin(np.linalg.solve(K1 + 0.05 * np.sin(K1 + x[0]), K2)))

In: a scope.  Out: an expression for a number.  A case says shapes and domains; its arguments are constants of the module, moved by
so little that they stay in their domain.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

import s2s.rules
from random_programs.scope import Scope
from rules.applying import Call, is_active
from rules.drawing import calls, is_scalar_function
from s2s.rules import RULES
from s2s.rules.cases import A

Number = Callable[[Scope, int], str]

MODULES = ("numpy", "numpy.linalg", "numpy.fft", "math", "scipy.special", "scipy.linalg", "scipy.signal", "scipy.ndimage", "scipy.fft")
LARGEST = 40
"""Entries of a constant: longer ones make no better program."""


@dataclass(frozen=True)
class Entry:
    """A call that runs and gives something with a derivative: the function as it is written, and how to get an array from the result."""

    path: str
    call: Call
    taken: str

    @property
    def module(self) -> str:
        return self.path.rpartition(".")[0]


@functools.cache
def entries() -> tuple[Entry, ...]:
    """Every case of every rule, once, of functions that a user has a name for."""
    for info in pkgutil.walk_packages(s2s.rules.__path__, "s2s.rules."):
        importlib.import_module(info.name)
    names = dict(paths())
    found = []
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for function, rules in list(RULES.rules.items()):
            if id(function) in names:
                found += [one for rule in rules for call in calls(rule, function) if (one := entry(names[id(function)], call))]
    unique = {(one.path, repr(one.call.specs)): one for one in found}
    return tuple(unique.values())


def paths() -> Iterator[tuple[int, str]]:
    """How a function is written, by its identity; the first name counts."""
    seen: set[int] = set()
    for module in MODULES:
        held = importlib.import_module(module)
        prefix = module.replace("numpy", "np") if module.startswith("numpy") else module
        for name in sorted(vars(held)):
            function = getattr(held, name)
            if not name.startswith("_") and callable(function) and id(function) not in seen and not isinstance(function, type):
                seen.add(id(function))
                yield id(function), f"{prefix}.{name}"


def entry(path: str, call: Call) -> Entry | None:
    """The call, if it runs, is of moderate size, and can be written down."""
    specs = [spec for given in call.specs.values() for spec in flat(given)]
    if not any(map(is_active, specs)) or not all(isinstance(spec, (A, np.ndarray, *PLAIN)) for spec in specs):
        return None
    if any(np.prod(spec.shape) > LARGEST for spec in specs if isinstance(spec, A)):
        return None
    if any(isinstance(spec, float) and not np.isfinite(spec) for spec in specs):
        return None
    try:
        result = call.function(*call.bound.args, **call.bound.kwargs)
    except Exception:
        return None
    taken = part(result)
    return Entry(path, call, taken) if taken else None


PLAIN = (bool, int, float, str, type(None))


def flat(spec: Any) -> list[Any]:
    return [leaf for item in spec for leaf in flat(item)] if isinstance(spec, (list, tuple)) else [spec]


def part(result: Any) -> str:
    """How to get an array of floats from a result, `{}` standing for it; nothing if there is none."""
    if isinstance(result, (tuple, list)):
        for k, item in enumerate(result):
            if inner := part(item):
                return inner.format(f"({{}})[{k}]")
        return ""
    if not isinstance(result, (float, complex, np.ndarray, np.generic)) or not np.all(np.isfinite(result)) or not np.size(result):
        return ""
    kind = np.asarray(result).dtype
    return "{}" if kind == np.float64 else "np.real({} * (0.8 - 0.6j))" if kind == np.complex128 else ""


# -------------------------------------------------------------------------------------------------------------- writing
def catalogued(scope: Scope, depth: int, number: Number) -> str:
    """A number out of a call of the catalogue: a function first, so that those with many cases are not drawn more often."""
    functions = sorted({one.path for one in entries()})
    path = scope.choices.pick(functions)
    one = scope.choices.pick([one for one in entries() if one.path == path])
    if not one.path.startswith(("np.", "math.")):
        scope.author.imports.add(f"import {one.module}")
    text = f"{one.path}({', '.join(arguments(scope, one.call, depth, number))})"
    array = one.taken.format(text)
    return f"np.sum(np.sin({array}))" if scope.choices.chance(50) else f"np.tanh(np.sum({array}))"


def arguments(scope: Scope, call: Call, depth: int, number: Number) -> Iterator[str]:
    omitted = False
    for key, parameter in call.rule.parameters.parameters.items():
        if key not in call.specs:
            omitted = True
            continue
        spec, value = call.specs[key], call.values[key]
        write = functools.partial(argument, scope, depth=depth, number=number, scalar=is_scalar_function(call.function))
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            yield from (write(s, v) for s, v in zip(spec, value, strict=True))
            continue
        text = write(spec, value)
        yield f"{key}={text}" if omitted or parameter.kind is inspect.Parameter.KEYWORD_ONLY else text


def argument(scope: Scope, spec: Any, value: Any, depth: int, number: Number, scalar: bool) -> str:
    """One argument: what moves is near what the case has drawn."""
    if isinstance(spec, (list, tuple)):
        items = [argument(scope, s, v, depth, number, scalar) for s, v in zip(spec, value, strict=True)]
        return f"[{', '.join(items)}]" if isinstance(spec, list) else f"({''.join(f'{item}, ' for item in items)})"
    if isinstance(spec, np.ndarray):
        return constant(scope, spec)
    if not isinstance(spec, A):
        return repr(spec)
    if scalar or np.shape(value) == ():
        base = repr(np.asarray(value).item())
        module = "math" if scalar and "j" not in base else "np"
        return f"({base} + 0.05 * {module}.sin({number(scope, depth)}))" if is_active(spec) else base
    name = constant(scope, np.asarray(value))
    if not is_active(spec):
        return name
    near = [have for have, shape in scope.arrays() if shape == spec.shape] if spec.domain != "spd" else []
    inner = scope.choices.pick(near) if near and scope.choices.chance(60) else f"{name} + {number(scope, depth)}"
    return f"({name} + 0.05 * np.sin({inner}))"


def constant(scope: Scope, value: np.ndarray[Any, Any]) -> str:
    """An array of the module, by its name."""
    name = f"K{len(scope.author.constants) + 1}"
    text = f"np.array({value.tolist()!r})" if value.size else f"np.zeros({value.shape!r})"
    scope.author.constants.append(f"{name} = {text}")
    return name
