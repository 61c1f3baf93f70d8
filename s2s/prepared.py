"""A call made ready to run: the program for it, which other calls share, and what it is given.

In: a call, what is asked for.  Out: a Program, all arguments by position, and what the program reads from its surroundings.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from s2s.cache import Ready, ready

if TYPE_CHECKING:
    from s2s.arguments import Call, Callee
    from s2s.jit.choice import Choice

Prepared = tuple["Program", tuple[Any, ...], dict[str, Any]]
"""A program, all arguments of a call, and what is captured for it."""


class Program:
    """What calls of one kind have in common.  `kind`: what was asked for; `waits`: it may be compiled later."""

    def __init__(
        self, callee: Callee, made: Ready, choice: Choice, wrt: tuple[int, ...], kind: str, single: bool, has_aux: bool
    ) -> None:
        self.function, self.bound, self.made, self.choice = callee.function, len(callee.args), made, choice
        self.wrt, self.kind, self.single, self.has_aux = wrt, kind, single, has_aux
        self.functions: tuple[Callable[..., Any], ...] = made.functions(choice)
        self.gradient = kind in GRADIENTS
        self.with_value = kind == "value_and_grad"
        self.waits = self.functions is made.numpy_code
        self.known_apart = [made.apart(choice, number) for number in range(len(self.functions))]
        self.valued = made.derived.kind == "value_and_grad"

    def chosen(self, every: tuple[Any, ...]) -> list[Any]:
        """The arguments to differentiate by."""
        return [every[position] for position in self.wrt]

    def apart(self, number: int = 0) -> bool:
        """Whether it is known that nothing a function gives shares memory with what it was given, nor two parts of it."""
        known = self.known_apart[number]
        return known if type(known) is bool else known()


GRADIENTS = ("call", "value_and_grad")


def prepared(
    callee: Callee, call: Call, kind: str, choice: Choice, single: bool = False, has_aux: bool = False
) -> Prepared:
    """The program for a call, derived now if there is none yet.  Raises SharedMemory, and what the derivation raises."""
    check, choice = choice.check, choice.unchecked
    made = ready(callee, kind, call, single, has_aux, choice)
    program = Program(callee, made, choice, call.wrt, kind, single, has_aux)
    if check:
        from s2s.checking import checked

        program.functions = checked(program, callee, call, check[1] if isinstance(check, tuple) else 0)
    return program, call.all, made.captured(callee, call)
