"""References in abstract values: which there are, and values with others in their place.

In: a value.  Out: its references, the places in lists among them; the cells that it reaches; the value with each reference changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from s2s import ir
from s2s.specialise.values import (
    Array,
    ArrayCell,
    Bound,
    Choice,
    Closure,
    Either,
    Lazy,
    Ref,
    Seq,
    State,
    Step,
    Value,
    cell_refs,
    refs,
)

Paths = dict[int, tuple[Step, ...]]


def references(value: Value) -> Iterator[Any]:
    """The arrays and containers that a value holds."""
    found: list[Any] = []
    def noted(part: Any) -> Any:
        found.append(part)
        return part

    mapped(value, noted)
    yield from found


def places(value: Value) -> Iterator[Any]:
    """The places in lists that a value holds."""
    return filter(is_place, references(value))


def mapped(value: Value, change: Callable[[Any], Any]) -> Value:
    """A value with the references in it changed."""
    match value:
        case Ref() | Array():
            return change(value)  # type: ignore[no-any-return]
        case Seq():
            return replace(value, items=tuple(mapped(item, change) for item in value.items))
        case Bound():
            kwargs = tuple((key, mapped(item, change)) for key, item in value.kwargs)
            return Bound(mapped(value.function, change), tuple(mapped(item, change) for item in value.args), kwargs)
        case Lazy():
            return replace(value, parts=tuple(mapped(item, change) for item in value.parts))
        case Closure():
            defaults = tuple((name, mapped(item, change)) for name, item in value.defaults)
            return replace(value, defaults=defaults) if value.defaults else value
        case Choice():
            return replace(value, arrays=tuple(mapped(array, change) for array in value.arrays))  # type: ignore[arg-type, misc]
        case Either():
            return replace(value, then=mapped(value.then, change), other=mapped(value.other, change))
    return value


def apart(steps: tuple[Step, ...], others: tuple[Step, ...]) -> bool:
    """Whether two places are surely not one in the other: somewhere on the way, their positions are other constants."""
    for one, other in zip(steps, others, strict=False):
        if one == other:
            continue
        a, b = one.args[0], other.args[0]
        return isinstance(a, ir.Const) and isinstance(b, ir.Const) and min(a.value, b.value) >= 0
    return False


def is_place(value: Ref | Array) -> bool:
    """Whether something is an item of a list, or a view of one."""
    return bool(depth_of(value))


def depth_of(value: Ref | Array) -> int:
    """How many steps lead into containers."""
    return value.depth if isinstance(value, Array) else len(value.steps)


def at_place(value: Any, moved: Paths, owner: int) -> Any:
    """A reference to what went into a list, as a place in it."""
    steps = moved.get(value.cell)
    if steps is None:
        return value
    if isinstance(value, Ref):
        return Ref(owner, (*steps, *value.steps))
    return Array(owner, (*steps, *value.steps), value.seen, len(steps))


def arrays_of(value: Value, state: State, without: int | None = None) -> set[int]:
    """The cells of the arrays in a value, and in the containers in it, save in one."""
    return {cell for cell in reachable_cells(value, state, without) if isinstance(state.heap[cell], ArrayCell)}


def held_twice(value: Value, state: State) -> bool:
    """Whether a value holds an array or a container in two places: by content, these would be two."""
    inside = [cell_refs(state.heap[cell]) for cell in reachable_cells(value, state)]
    held = [*refs(value), *(cell for cells in inside for cell in cells)]
    return len(held) > len(set(held))


def lists_of(value: Value, state: State) -> set[int]:
    """The cells of the containers in a value."""
    return {cell for cell in reachable_cells(value, state) if not isinstance(state.heap[cell], ArrayCell)}


def reachable_cells(value: Value, state: State, without: int | None = None) -> set[int]:
    """The cells of a value, and of the containers in it; not those that are in one alone."""
    return reached(refs(value), state, without)


def reached(cells: Iterable[int], state: State, without: int | None = None) -> set[int]:
    """Cells, and those of the containers among them; not those that are in one alone."""
    pending, found = list(cells), set()
    while pending:
        cell = pending.pop()
        content = state.heap.get(cell)
        if content is not None and cell not in found and cell != without:
            found.add(cell)
            pending.extend(cell_refs(content))
    return found
