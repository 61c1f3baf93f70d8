"""One call of a derivative, held against the other mode.

In: a program, what it was given, what it gave.  Out: nothing, or NotAdjoint at the statement that is to blame; a warning, NotChecked, where
nothing can be said.
"""

from __future__ import annotations

import contextlib
import io
import linecache
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from s2s import ir
from s2s.arguments import Call, Callee
from s2s.checking.locating import Finding, Search
from s2s.checking.units import AROUND, fitted, moves
from s2s.checking.walking import speaks, varies
from s2s.errors import NotAdjoint, NotChecked, Refused
from s2s.fitting import fit
from s2s.jit.choice import ORDINARY
from s2s.optimise import settled_loops
from s2s.prepared import prepared
from s2s.primitives import spoken
from s2s.rules.declare import RULES
from s2s.specialise import specialise
from s2s.specialise.outside import Environment
from s2s.testing.directions import random_tangent
from s2s.testing.dots import Dot, Linear, dot, perturbed
from s2s_runtime import tree

if TYPE_CHECKING:
    from s2s.prepared import Program


class Held:
    """A call, and what is needed to run it in the other mode."""

    def __init__(self, program: Program, callee: Callee, call: Call, given: tuple[Any, ...], number: int) -> None:
        count = len(call.all)
        self.program, self.callee, self.moving = program, callee, given[count:]
        self.call = self.at(call, given[:count])
        self.rng = np.random.default_rng(number)
        self.name = getattr(callee.function, "__name__", "the function")

    def at(self, call: Call, every: tuple[Any, ...]) -> Call:
        """The same call with other arguments."""
        count = len(call.args)
        return Call(self.callee, every[:count], dict(zip(call.kwargs, every[count:], strict=True)), call.wrt)

    # ------------------------------------------------------------------------------------------------------------- check
    def check(self, found: Any) -> None:
        """Raise NotAdjoint if what the call gave does not go with the other mode."""
        specialised, _ = specialise(self.callee.function, self.call.args, self.call.kwargs)
        if varies(specialised.function):
            self.say("it draws random numbers, or calls what has other effects: run again, it would compute something else")
            return
        with quiet(speaks(specialised.function)):
            try:
                one = self.dot(found)
            except Refused as refused:
                self.say(f"the other mode is refused: {refused.reason}")
                return
            if one is None:
                return
            if not one.is_finite:
                both = f"{one.forward:.6g} by the tangent, {one.reverse:.6g} by the adjoint"
                self.say(f"it is not finite here, so nothing was compared: {both}")
            elif not one.agrees:
                self.locate(one)

    def dot(self, found: Any) -> Dot | None:
        """The dot-product test with what the call gave; None where nothing moves."""
        kind, primals = self.program.kind, self.call.chosen
        push, pull, result = self.modes(self.call)
        if not moves(primals) or not moves(result):
            return None
        if kind in ("call", "value_and_grad"):
            seed = (one_of(result[0]), tree.zeros_like(result[1])) if self.program.has_aux else one_of(result)
            return dot(push, pull, random_tangent(primals, self.rng), seed, pulled=self.gradients(found))
        tangents = self.moving if kind == "jvp" else random_tangent(primals, self.rng)
        seed = random_tangent(result, self.rng)
        moved = fitted(found[1], result) if kind == "jvp" else None
        if kind == "linearize":
            moved = fitted(self.program.functions[1](*found[1], *tree.copy(tangents)), result)
        back = self.pulled(self.program.functions[1], found[1], seed) if kind == "split" else None
        return dot(push, pull, tangents, seed, moved=moved, pulled=back)

    def gradients(self, found: Any) -> tuple[Any, ...]:
        """The gradients in what a program for one gave, one for each argument."""
        program = self.program
        found = found[-1] if program.valued or program.has_aux else found
        return self.fitted((found,) if program.single else found)

    def fitted(self, bars: Any) -> tuple[Any, ...]:
        return tuple(fit(bar, primal) for bar, primal in zip(bars, self.call.chosen, strict=True))

    def pulled(self, reverse: Callable[..., Any], residuals: tuple[Any, ...], seed: Any) -> tuple[Any, ...]:
        return self.fitted(reverse(*residuals, tree.copy(seed)))

    def modes(self, call: Call) -> tuple[Linear, Linear, Any]:
        """The pushforward and the pullback as NumPy code, and the result."""
        program, every, outside = prepared(self.callee, call, "jvp", ORDINARY)
        split, _, captured = prepared(self.callee, call, "split", ORDINARY)
        result, residuals = split.functions[0](*every, **captured)

        def push(tangents: Any) -> Any:
            return fitted(program.functions[0](*every, *tangents, **outside)[1], result)

        return push, lambda seed: self.pulled(split.functions[1], residuals, seed), result

    def around(self) -> Iterator[tuple[Linear, Linear]]:
        """The modes where the arguments are off by a rounding."""
        for _ in range(AROUND):
            every = list(self.call.all)
            for position in self.call.wrt:
                every[position] = perturbed(every[position], self.rng)
            yield self.modes(self.at(self.call, tuple(every)))[:2]

    # ------------------------------------------------------------------------------------------------------------ locate
    def locate(self, one: Dot) -> None:
        """Raise NotAdjoint at the statement that does not pass; it is the function's as a whole if each passes by itself."""
        specialised, _ = specialise(self.callee.function, self.call.args, self.call.kwargs)
        program = settled_loops(specialised.function)
        environment = Environment(self.callee.function, self.call.all)
        given = [*self.call.all, *(capture.get(environment) for capture in specialised.captures)]
        values = dict(zip((parameter.name for parameter in program.parameters), given, strict=True))
        search = Search(program)
        try:
            found = search.run(values)
        except Exception as error:  # a statement that cannot be run by itself is no reason to be silent
            raise not_adjoint(None, one, self.name) from error
        if found is None:
            push, pull, result = self.modes(self.call)
            tangents, seed = random_tangent(self.call.chosen, self.rng), random_tangent(result, self.rng)
            if dot(push, pull, tangents, seed, self.around).agrees:
                return
            found = search.prefix(values)
        raise not_adjoint(found, one, self.name)

    def say(self, reason: str) -> None:
        warnings.warn(NotChecked(f"check=\"dot\" of {self.name}: {reason}"), stacklevel=5)


def one_of(result: Any) -> Any:
    """The seed of a gradient: 1, in the tree of a result."""
    return tree.tree_map(lambda leaf: np.ones_like(leaf)[()] if tree.is_differentiable(leaf) else None, result)


@contextmanager
def quiet(speaks: bool) -> Iterator[None]:
    """What is run again for the check prints nothing and warns of nothing."""
    with contextlib.ExitStack() as held:
        held.enter_context(np.errstate(all="ignore"))
        if speaks:
            held.enter_context(contextlib.redirect_stdout(io.StringIO()))
        yield


NAMES: dict[type, str] = {ir.If: "this branch", ir.With: "this block", ir.Try: "this block"}


def not_adjoint(found: Finding | None, whole: Dot, name: str) -> NotAdjoint:
    """The error at a statement, in the user's words."""
    origin = found.stmt.origin if found is not None else None
    if found is None or origin is None:
        reason = f"the two modes of {name} disagree, and no statement was found that does by itself: {whole}"
        return NotAdjoint(reason, whole=whole, dot=whole)
    function = found.stmt.value.function if isinstance(found.stmt, ir.Let) else None
    what = spoken(function) if function is not None else NAMES.get(type(found.stmt), "this loop")
    loops = ", ".join(f"{word} = {number}" if word != "iteration" else f"iteration {number}" for word, number in found.rounds)
    place = origin.place or origin.span
    return NotAdjoint(
        f"the adjoint of {what} is not the transpose of its tangent{f', for {loops}' if loops else ''}: {found.dot}",
        hint=declared(function), file=origin.file, line=place.line, column=place.column, end_line=place.end_line,
        end_column=place.end_column, source=linecache.getline(origin.file, place.line).rstrip("\n"), rule=what if function else "",
        iteration=found.rounds, dot=found.dot, whole=whole,
    )  # fmt: skip


def declared(function: Any) -> str:
    """Where the rule of a function is, if it has one."""
    bodies = [rule.body.__code__ for rule in RULES.of(function)] if function is not None else []
    if len(bodies) != 1:
        return ""
    return f"its rule is {bodies[0].co_name} at {bodies[0].co_filename}:{bodies[0].co_firstlineno}"
