"""Which temporaries are written inside the expression that uses them.

    t = x * y; u = t + 1; z = np.sin(u)    =>    z = np.sin(x * y + 1)

In: a block.  Out: the applications that are written in place of their name.  A value that the user named keeps its line; so
does one that is used twice, or that would be computed at another time or in another loop.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping

from s2s import facts, ir
from s2s.primitives import MAKERS, STORES, UPDATES, is_pure
from s2s.sweep import has_effect

WIDEST = 9


def nest(block: ir.Block, hints: Mapping[str, str], types: Mapping[str, facts.Type]) -> dict[str, ir.Apply]:
    """The applications that are nested, by the name they had."""
    uses: dict[str, int] = {}
    count_uses(block, lambda name: uses.__setitem__(name, uses.get(name, 0) + 1))
    nested: dict[str, ir.Apply] = {}
    _repeat_indices(block, hints, types, nested)
    _nest_block(block, uses, hints, nested)
    return nested


def _repeat_indices(
    block: ir.Block, hints: Mapping[str, str], types: Mapping[str, facts.Type], nested: dict[str, ir.Apply]
) -> None:
    """`i + 1` is written wherever it is used: it is as short as a name."""
    for stmt in block.statements:
        if (
            isinstance(stmt, ir.Let)
            and stmt.value.function in (operator.add, operator.sub)
            and not hints.get(stmt.target)
        ):
            left, right = stmt.value.args
            fact = types.get(left.name) if isinstance(left, ir.Var) and left.name not in nested else None
            named = (
                isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind == "i"
            )
            if named and isinstance(right, ir.Const) and type(right.value) is int:
                nested[stmt.target] = stmt.value
        for inner in ir.blocks(stmt):
            _repeat_indices(inner, hints, types, nested)


def count_uses(block: ir.Block, use: Callable[[str], None]) -> None:
    for stmt in block.statements:
        for atom in ir.operands(stmt):
            for name in ir.variables(atom):
                use(name)
        for inner in ir.blocks(stmt):
            count_uses(inner, use)
    for atom in block.yields:
        for name in ir.variables(atom):
            use(name)


def _nest_block(
    block: ir.Block, uses: Mapping[str, int], hints: Mapping[str, str], nested: dict[str, ir.Apply]
) -> None:
    waiting: dict[str, tuple[ir.Apply, int]] = {}
    for stmt in block.statements:
        inner_uses = {name for b in ir.blocks(stmt) for name in ir.free(b)}
        for name in inner_uses:
            waiting.pop(name, None)
        width = 1
        atoms = list(ir.operands(stmt))
        if isinstance(stmt, ir.While):
            atoms = []
        for atom in atoms:
            for name in ir.variables(atom):
                if name in waiting and width + waiting[name][1] <= WIDEST:
                    application, size = waiting.pop(name)
                    nested[name] = application
                    width += size
                else:
                    waiting.pop(name, None)
        if isinstance(stmt, ir.Let):
            function = stmt.value.function
            if function in CHANGES:
                _settle(waiting, set(ir.variables(stmt.value.args[0])), nested)
            if not is_pure(function):
                waiting.clear()
            elif (
                not hints.get(stmt.target)
                and uses.get(stmt.target, 0) == 1
                and function not in CHANGES
                and function not in NEVER
            ):
                waiting[stmt.target] = (stmt.value, width)
        elif has_effect([stmt]):
            waiting.clear()
        for inner in ir.blocks(stmt):
            _nest_block(inner, uses, hints, nested)
    for atom in block.yields:
        for name in ir.variables(atom):
            if name in waiting:
                nested[name] = waiting.pop(name)[0]


def _settle(waiting: dict[str, tuple[ir.Apply, int]], changed: set[str], nested: Mapping[str, ir.Apply]) -> None:
    """What reads a container that is about to change keeps its place before the change."""

    def read(application: ir.Apply) -> bool:
        return any(name in changed or (name in nested and read(nested[name])) for name in ir.reads(application))

    for name, (application, _) in list(waiting.items()):
        if read(application):
            del waiting[name]


CHANGES = {*UPDATES, *STORES}
NEVER = MAKERS - {operator.getitem}
