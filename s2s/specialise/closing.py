"""What the bodies of subroutines read from outside, an array of the module for example, becomes parameters of theirs.

In: a subroutine that is complete, and those that it calls.  Out: the same subroutines, whose calls of each other hand these on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from s2s import ir
from s2s.subroutine import Subroutine, called

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


class Closing:
    """What the Machine knows of names that subroutines share."""

    def close(self: Machine, routine: Subroutine) -> None:
        """What bodies read from outside becomes parameters, which their calls of each other hand on."""
        group = [routine, *(other for other in called(routine.body) if other is not routine)]
        group = [member for member in group if "free" not in member.derived]
        names = {name for member in group for name in ir.free(member.body) - set(member.parameters)}
        free = tuple(sorted(names, key=lambda name: int(name[1:])))
        for member in group:
            member.derived["free"] = free
            if free:
                self.give(member, group, free)

    def give(self: Machine, routine: Subroutine, group: list[Subroutine], free: tuple[str, ...]) -> None:
        """More parameters for a subroutine: names of its own for these, handed on where it calls one of a group."""
        inner = tuple(self.builder.copy_name(name) for name in free)
        names: dict[str, ir.Atom] = dict(zip(free, inner, strict=True))
        body = _handing_on(routine.body, group, tuple(ir.Var(name) for name in free))
        with self.builder.apart() as statements:
            self.builder.replay(body.statements, names)
        yields = tuple(self.builder.substitute(atom, names) for atom in body.yields)
        routine.body = ir.Block(tuple(statements), yields)
        routine.parameters = (*routine.parameters, *(var.name for var in inner))


def _handing_on(block: ir.Block, group: list[Subroutine], more: tuple[ir.Atom, ...]) -> ir.Block:
    """The block, where calls of these subroutines have more arguments."""

    def changed(stmt: ir.Stmt) -> ir.Stmt:
        if isinstance(stmt, ir.Let) and stmt.value.function in group:
            return replace(stmt, value=replace(stmt.value, args=(*stmt.value.args, *more)))
        return ir.map_blocks(stmt, inside)

    def inside(block: ir.Block) -> ir.Block:
        return ir.Block(tuple(changed(stmt) for stmt in block.statements), block.yields)

    return inside(block)
