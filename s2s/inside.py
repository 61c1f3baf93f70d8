"""A derivative as a function that a user's compiled code calls.

    g = s2s.grad(f)

    @numba.njit
    def step(x):
        return x - 0.1 * g(x)

In: a transform, and the types that Numba has for the arguments of a call.  Out: a compiled function for these: right for all
lengths, but for those of an axis of length 1, which NumPy would spread.  Raises S2SError where it cannot be compiled as a whole.
"""

from __future__ import annotations

import inspect
import itertools
import linecache
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s.arguments import Callee, arranged, check_differentiable, unbundle
from s2s.code import Code, Variant, picked
from s2s.direct import Leaf, in_order, leaf, unchecked
from s2s.emit.apart import all_apart
from s2s.errors import NotCompiled
from s2s.jit.choice import settled
from s2s.jit.inside import Called, Unlike, compiled_alone, example, meet
from s2s.kinds import Request
from s2s.lower import Assumption
from s2s.specialise.access import Access, agreeing, argument, how, step
from s2s.specialise.inputs import signature
from s2s.specialise.outside import Environment, is_static, lies_in_order

if TYPE_CHECKING:
    from s2s.pipeline import Derived
    from s2s.transforms import Gradient

ONE = "an axis of length 1, where the derivative was compiled for a longer one: NumPy would spread it"
OTHER = "an axis that is longer than 1, where the derivative was compiled for length 1"


def called(transform: Gradient) -> Called:
    """What Numba sees of a transform."""
    callee, given = unbundle(transform.function), inspect.signature(transform.function)
    names = [*given.parameters]
    return Called(transform.__name__, given, lambda kinds: Version(transform, callee, names, kinds).made())


class Version:
    """A derivative for arguments of some types."""

    def __init__(self, transform: Gradient, callee: Callee, names: list[str], kinds: tuple[Any, ...]) -> None:
        self.transform, self.callee, self.names = transform, callee, names
        self.choice = settled(transform.options, transform.function)
        if transform.has_aux or self.choice.check_nan or self.choice.check:
            what = "check_nan=True" if self.choice.check_nan else "an aux" if transform.has_aux else "a check"
            raise self.refused(f"a derivative with {what} cannot be called from compiled code")
        examples = tuple([self.example(kind, k) for k, kind in enumerate(kinds)])
        self.call = arranged(callee, examples, {}, transform.argnums, transform.argnames)
        check_differentiable(self.call)
        self.environment = Environment(callee.function, self.call.all)

    def refused(self, reason: str) -> NotCompiled:
        return NotCompiled(f"{self.transform.__name__}: {reason}", hint="call it from Python")

    def example(self, kind: Any, position: int) -> Any:
        try:
            return example(kind, position)
        except Unlike:
            reason = f"{self.names[position]} is of type {kind}, which its derivative cannot take in compiled code"
            raise self.refused(reason) from None

    def made(self) -> Any:
        """The function, compiled when it is typed."""
        derived = self.derived()
        options = replace(self.choice.for_compiling(), boundscheck=False, parallel=False)  # an index outside is an IndexError, as ever
        code: Code = derived.compiled(True, options)[0]
        variant = Variant(code, Assumption(), {})
        if variant.parted.whole is None:
            raise self.refused("it cannot be compiled as a whole")
        name, file = self.transform.__name__, f"<s2s {self.transform.__name__} in compiled code>"
        held: dict[str, Any] = {
            "run": variant.parts[0].run,
            "ONE": ONE,
            "OTHER": OTHER,
            "meet": meet,
            **self.constants(derived),
        }
        text = "\n".join(self.lines(derived, code, variant)) + "\n"
        linecache.cache[file] = (len(text), None, text.splitlines(keepends=True), file)
        exec(compile(text, file, "exec"), held)
        return compiled_alone(held[name])

    def derived(self) -> Derived:
        from s2s.cache import deep
        from s2s.pipeline import derive

        kind = "value_and_grad" if self.transform.with_value else "call"
        request = Request(kind, self.call.wrt, self.transform.single)
        with deep():
            derived = derive(self.callee.function, request, self.call.args, self.call.kwargs)
        for guard in derived.specialised.guards:
            position = argument_of(guard.get)
            known = position is None or is_static(self.call.all[position]) or guard.key in (signature, lies_in_order)
            if not known:
                raise self.refused("what it computes depends on the contents of an argument")
        return derived

    def constants(self, derived: Derived) -> dict[str, Any]:
        """What is bound to the function, and what the derivative reads from outside, under names of their own."""
        bound = {f"a{k}": value for k, value in enumerate(self.callee.args)}
        found = (capture.get(self.environment) for capture in derived.specialised.captures)
        return {**bound, **{f"c{k}": value for k, value in enumerate(found)}}

    # ---------------------------------------------------------------------------------------------------------- text
    def lines(self, derived: Derived, code: Code, variant: Variant) -> Iterator[str]:
        """The text of the function: what is asked of lengths, the program, and what is handed out of its result."""
        names = [f"a{k}" for k in range(len(self.call.all))]
        given = names if code.kept is None else [*picked(tuple(names), code.kept)]
        captured = derived.sources[0].captured
        yield f"def {self.transform.__name__}({', '.join(names[len(self.callee.args) :])}):"
        parameters = in_order(code.function)
        seeds = len(parameters) - len(given) - len(captured)
        places = [*given, *[""] * seeds, *[f"c{k}" for k in range(len(captured))]]
        for position, axis, one in unchecked(code.function, parameters, variant.assumption):
            test, message = ("!=", "OTHER") if one else ("==", "ONE")
            yield f"    if {places[position]}.shape[{axis}] {test} 1: raise ValueError({message})"
        yield from self.apart(derived)
        named = [f"{name}=c{k}" for k, name in enumerate(captured)]
        yield f"    result = run({', '.join([*given, *named])})"
        yield from self.handed_out(derived.kind == "value_and_grad", variant, given)

    def apart(self, derived: Derived) -> Iterator[str]:
        """The lines that see to it that what is stored into shares no memory with another argument."""
        found = {id(capture.get): f"c{k}" for k, capture in enumerate(derived.specialised.captures)}
        for one, other in itertools.combinations(derived.specialised.memory, 2):
            if not one.written and not other.written:
                continue
            names = [found.get(id(memory.get)) or f"a{argument_of(memory.get)}" for memory in (one, other)]
            if not all(type(memory.get(self.environment)) is np.ndarray for memory in (one, other)):
                raise self.refused("it stores into what it is given, which is no array")
            changed = one if one.written else other
            message = f"{one.name} and {other.name} share memory, and {changed.name} is changed in place: pass a copy"
            yield f"    if meet({names[0]}, {names[1]}): raise ValueError({message!r})"

    def handed_out(self, valued: bool, variant: Variant, given: list[str]) -> Iterator[str]:
        """Each gradient in the shape and dtype of its argument, in memory of its own."""
        (part,) = variant.parted.parts
        known, place = leaf(part.plain.body.yields[0], part.plain, in_order(part.plain)), "result"
        if valued:
            known, place = known[1], "result[1]"
        apart, single = all_apart(part.loops), self.transform.single
        for k, position in enumerate(self.call.wrt):
            own, found = (known, place) if single else (known[k], f"{place}[{k}]")
            primal, name = np.asarray(self.call.all[position]), f"a{position}"
            if not isinstance(own, Leaf) or (own.rank, own.dtype) != (primal.ndim, primal.dtype.str):
                raise self.refused(
                    f"the derivative by {self.names[position - len(self.callee.args)]} is not of its type"
                )
            yield f"    grad_{k} = {found}{'.copy()' if own.rank and not apart else ''}"
            if own.rank and given.index(name) not in own.like:
                yield f"    if grad_{k}.shape != {name}.shape: raise AssertionError"
        grads = ", ".join(f"grad_{k}" for k in range(len(self.call.wrt)))
        both = grads if single else f"({grads},)"
        yield f"    return result[0], {both}" if self.transform.with_value else f"    return {both}"


def argument_of(get: Access) -> int | None:
    """The position of the argument in which something is found."""
    found = how(get)
    if found is None:
        return None
    maker, args = found
    if maker is argument:
        return int(args[0])
    places = (argument_of(arg) for arg in args if how(arg) is not None) if maker in (step, agreeing) else ()
    return next((place for place in places if place is not None), None)
