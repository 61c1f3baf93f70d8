"""A compiled program whose arguments are trees: they are taken apart, the machine code is called, and its results are handed out.

    v1 = p['w']                                          # as for any shortcut: what is looked at
    ...
    try:
        result = run(p, x)                               # the program's own text, with machine code in the place of its piece
    except UNFIT:
        return
    try:
        value, bar = result
        b1 = bar['w']
        if type(bar) is dict and type(b1) is ndarray and b1.shape == v1.shape and b1.dtype.char == 'd': return value, bar
    except (AttributeError, LookupError, TypeError, ValueError): pass
    return handed_out(program, result, (p, x), {})       # what is not like its primal is made so

In: a call that went the long way, and a program that was compiled for it.  Out: a shortcut.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.code import Piece, picked
from s2s.errors import NotCompiled
from s2s.fitting import handed_out
from s2s.jit.dispatcher import Compiled
from s2s.shortcuts.checks import NoShortcut, Work
from s2s.specialise.inputs import is_record
from s2s.specialise.outside import is_static

if TYPE_CHECKING:
    from s2s.code import Picking
    from s2s.shortcuts.warm import Met, Shortcut


def through(met: Met, program: Picking, unfit: tuple[type[Exception], ...]) -> list[Shortcut]:
    """A shortcut that takes trees apart; none for a program that does more, or copies what it hands out.  Raises NoShortcut."""
    text = getattr(program.run, "__wrapped__", None)
    if not program.unpacks or text is None or met.program.has_aux or not met.program.apart():
        return []
    run = with_machine_code(text)
    if run is None:
        return []
    work = Work(met, typed=False)
    work.surroundings()
    captured = [(name, work.capture(get)) for name, get in met.program.made.captures]
    given = list(picked(tuple(work.arguments), program.kept) if program.kept is not None else work.arguments)
    given += [f"{name}={value}" for name, value in captured]
    end = ["try:", f"    result = {work.constant(run)}({', '.join(given)})", f"except {work.constant((*unfit, NotCompiled))}: return"]
    outside = f"{{{', '.join(f'{name!r}: {value}' for name, value in captured)}}}"
    rest = f"return {work.constant(handed_out)}({work.constant(met.program)}, result, {work.every}, {outside})"
    return [work.written(id(text), [*end, *like(work, met), rest])]


def with_machine_code(text: types.FunctionType) -> Callable[..., Any] | None:
    """A program's text that calls machine code itself; None where numbers have to be looked at before, or after."""
    names = dict(text.__globals__)
    for name, value in names.items():
        if isinstance(value, Piece):
            if value.handing.is_needed or not isinstance(value.run, Compiled):
                return None
            names[name] = value.machine_code
    run = types.FunctionType(text.__code__, names, text.__name__, text.__defaults__)
    run.__kwdefaults__ = text.__kwdefaults__
    return run


def like(work: Work, met: Met) -> Iterator[str]:
    """The lines that hand out a result as it is, if it is like its primals."""
    program = met.program
    yield "try:"
    yield f"    {'value, bar' if program.valued else 'bar'} = result"
    tests: list[str] = []
    if program.single:
        lines = list(compared(work, "bar", work.arguments[program.wrt[0]], met.every[program.wrt[0]], tests))
    else:
        tests.append(f"type(bar) is tuple and len(bar) == {len(program.wrt)}")
        lines = [
            line
            for k, position in enumerate(program.wrt)
            for line in compared(work, f"bar[{k}]", work.arguments[position], met.every[position], tests)
        ]
    yield from (f"    {line}" for line in lines)
    yield f"    if {' and '.join(tests)}: return {'value, bar' if program.with_value else 'bar'}"
    yield "except (AttributeError, LookupError, TypeError, ValueError): pass"


def compared(work: Work, bar: str, name: str, primal: Any, tests: list[str]) -> Iterator[str]:
    """Lines that take a cotangent apart, and tests that it has the tree, the dtypes and the shapes of its primal."""
    kind = type(primal)
    if kind is float:
        tests.append(f"type({bar}) is float")
        return
    if kind in (int, bool, str, type(None)):
        tests.append(f"{bar} is None")
        return
    if kind is np.ndarray and primal.ndim and primal.dtype.kind in "fc":
        own = f"b{len(tests)}"
        yield f"{own} = {bar}"
        tests.append(f"type({own}) is {work.constant(kind)} and {own}.shape == {name}.shape and {own}.dtype.char == {primal.dtype.char!r}")
        return
    if kind is tuple or kind is list:
        places = [(f"[{k}]", item) for k, item in enumerate(primal)]
        tests.append(f"type({bar}) is {kind.__name__} and len({bar}) == {len(places)}")
    elif kind is dict:
        places = [(f"[{key!r}]", item) for key, item in primal.items()]
        tests.append(f"type({bar}) is dict and [*{bar}] == {[*primal]!r}")
    elif is_record(primal) and not is_static(primal) and not isinstance(primal, (tuple, list, dict)):
        places = [(f".{field.name}", getattr(primal, field.name)) for field in dataclasses.fields(primal)]
        tests.append(f"type({bar}) is {work.constant(kind)} and len(vars({bar})) == {len(places)}")
    else:
        raise NoShortcut
    for place, item in places:
        yield from compared(work, f"{bar}{place}", work.known.get(f"{name}{place}", f"{name}{place}"), item, tests)
