"""What a refusal says of the call that it is about: its function, the arguments that choose a way, its place.

In: a rule, an application, the statement's origin.  Out: text, and the exception to raise.
"""

from __future__ import annotations

import linecache
from typing import Any

from s2s import ir
from s2s.errors import Refused
from s2s.primitives import name_in_module, name_of_object, public_module
from s2s.rules.declare import Rule


def chosen_way(rule: Rule, application: ir.Apply) -> str:
    """The arguments that choose among the ways of a function, those that are given or else the defaults: `mode='mean'`."""
    bound = rule.parameters.bind(*application.args, **dict(application.kwargs))
    for given in (bound.arguments, {p.name: ir.Const(p.default) for p in rule.parameters.parameters.values()}):
        known = {n: atom.value for n, atom in given.items() if isinstance(atom, ir.Const) and n not in rule.wrt}
        options = [f"{n}={value!r}" for n, value in known.items() if isinstance(value, (bool, int, float, str, type))]
        if options:
            return f"with {', '.join(options)}"
    return "with arguments of these kinds"


def qualified(function: Any) -> str:
    module, name = public_module(function), name_in_module(function)
    return f"{module}.{name}" if module and module not in ("builtins", "_operator") else name


def called(application: ir.Apply) -> str:
    """What users call the function of an application: `scipy.stats.norm.rvs`, where it is a method and has its object as an argument."""
    function, first = application.function, application.args[0] if application.args else None
    owner = first.value if isinstance(first, ir.Const) else None
    if getattr(type(owner), getattr(function, "__name__", ""), None) is function and name_of_object(owner):
        return f"{public_module(type(owner))}.{name_of_object(owner)}.{function.__name__}"
    return qualified(function)


def refusal(kind: type[Refused], reason: str, hint: str, origin: ir.Origin | None) -> Refused:
    """A refusal that points at the statement it comes from."""
    if origin is None:
        return kind(reason, hint=hint)
    place = origin.place or origin.span
    return kind.at(place, reason, hint=hint, file=origin.file, source=source_line(origin.file, place.line))


def source_line(file: str, line: int) -> str:
    return linecache.getline(file, line).rstrip("\n")
