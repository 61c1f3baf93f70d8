"""Whether a recorded value is never negative, by the way it was computed, and may be 0: what `s2s.differentiate.vanishing` says of a
program, said of a record.

In: a record and the number of a node.  Out: whether it vanishes.
"""

from __future__ import annotations

from typing import Any

from s2s import ir
from s2s.differentiate.vanishing import applied
from s2s.eager.plans import Call
from s2s_runtime.tape.core import Record


def vanishes(record: Record, number: int) -> bool:
    """Whether a node vanishes; the operands of its call are looked at as far as that depends on them."""
    return _Looking(record).at(number)


class _Looking:
    def __init__(self, record: Record) -> None:
        self.record = record
        self.known: dict[int, bool] = {}

    def at(self, number: int) -> bool:
        if number not in self.known:
            self.known[number] = False
            call = self.record.nodes[number].application
            self.known[number] = isinstance(call, Call) and applied(self.apply(call, number), self)
        return self.known[number]

    def apply(self, call: Call, number: int) -> ir.Apply:
        """A call of positional arguments as the compiler has it: a name for each operand."""
        parents = dict(zip(call.plan.places, self.record.nodes[number].parents, strict=True))
        args = [ir.Var(str(parents[(k,)])) if (k,) in parents else ir.Const(arg) for k, arg in enumerate(call.args)]
        return ir.Apply(call.plan.function, tuple(args))

    def __contains__(self, name: Any) -> bool:
        return self.at(int(name))
