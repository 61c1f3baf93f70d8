"""What `checkpointed` and `checkpoint` are inside a program: marks on loops and on the statements of a call.

In: calls of them on abstract values.  Out: For and While statements with `slots`, and With statements whose context is
`section`; reverse mode reads both, all else passes over them.
"""

from __future__ import annotations

import types
from dataclasses import replace
from typing import TYPE_CHECKING

from s2s import facts, ir
from s2s import syntax as sx
from s2s.specialise.handlers import handles
from s2s.specialise.values import Bound, Lazy, Value
from s2s_runtime.checkpointing import checkpoint, checkpointed, count, section

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class Checkpoints:
    """What the Machine knows of states that are kept instead of records."""

    def checkpointed_test(self: Machine, test: sx.Expr) -> tuple[sx.Expr, ir.Atom | None]:
        """The test of a while loop inside `checkpointed(test, slots=k)`, and k; the test itself without a mark."""
        if not isinstance(test, sx.Call) or not self.names_checkpointed(test.function):
            return test, None
        if len(test.args) != 1 or isinstance(test.args[0], sx.Starred) or [n for n, _ in test.keywords] != ["slots"]:
            return test, None  # refused where it is evaluated
        return test.args[0], slots_of(self, self.expr(test.keywords[0][1]))

    def names_checkpointed(self: Machine, callee: sx.Expr) -> bool:
        """Whether a callee is the name `checkpointed`, or an attribute of a module that is."""
        if isinstance(callee, sx.Attribute) and isinstance(callee.value, sx.Name):
            module = self.expr(callee.value)
            if not isinstance(module, ir.Const) or not isinstance(module.value, types.ModuleType):
                return False
        elif not isinstance(callee, sx.Name):
            return False
        return self.expr(callee) == ir.Const(checkpointed)

    def sectioned_call(self: Machine, function: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """The result of a call whose statements are not recorded but run again."""
        key = ("var", self.number(), "section")
        origin = self.builder.origin
        with self.builder.block() as statements:
            self.state.values[key] = self.call(function, args, kwargs)
        yields = self.exported(statements)
        block = ir.Block(tuple(statements), tuple(atom for _, (atom,) in yields))
        self.builder.emit(ir.With(ir.Apply(section), block, tuple(name for name, _ in yields), origin))
        return self.state.values.pop(key)


def slots_of(machine: Machine, value: Value) -> ir.Atom:
    """A number of states; refused if it is known not to be one."""
    atom = machine.materialise(value)
    hint = "give a positive integer: slots=20"
    if isinstance(atom, ir.Const):
        try:
            return ir.Const(count(atom.value))
        except (TypeError, ValueError) as error:
            raise machine.refuse(str(error), hint) from None
    fact = machine.builder.type_of(atom)
    integer = isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iu"
    if fact is not None and not integer:
        raise machine.refuse("slots is a number of states, an integer", hint)
    return machine.builder.apply(count, atom)


@handles(checkpointed)
def _checkpointed(machine: Machine, loop: Value, *, slots: Value) -> Value:
    if not isinstance(loop, Lazy) or loop.kind != "range":
        raise machine.refuse(
            "checkpointed() takes a range, or the whole test of a while loop",
            "loop over an index: for i in checkpointed(range(len(xs)), slots=20)",
        )
    return replace(loop, parts=(*loop.parts[:3], slots_of(machine, slots)))


@handles(checkpoint)
def _checkpoint(machine: Machine, function: Value) -> Value:
    return Bound(ir.Const(_called), (function,))


def _called() -> None:
    """Stands for a call under `checkpoint` inside a program."""


@handles(_called)
def _run(machine: Machine, function: Value, *args: Value, **kwargs: Value) -> Value:
    return machine.sectioned_call(function, list(args), kwargs)
