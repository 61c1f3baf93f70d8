"""Where paths meet: one state from several, and the names that the arms must yield for it.

In: the states at the ends of the arms.  Out: the state after them, and per new name one atom from each arm.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.specialise.references import arrays_of, is_place, places, reachable_cells, references
from s2s.specialise.structures import (
    ARRAYS,
    CONTAINERS,
    LEAF,
    By,
    Structure,
    flatten,
    flatten_cell,
    rebuild,
    rebuild_cell,
)
from s2s.specialise.twins import make_twins, twins_of
from s2s.specialise.values import (
    Array,
    ArrayCell,
    Cell,
    Closure,
    DynamicCell,
    Either,
    ListCell,
    Lost,
    Poison,
    Ref,
    State,
    Value,
    cell_refs,
    is_atom,
    refs,
)

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

Yields = list[tuple[str, tuple[ir.Atom, ...]]]
SHARED = "a container that has one of several names, depending on a branch, is changed"


class Merge:
    """What the Machine knows of meeting paths."""

    def merged(
        self: Machine, arms: Sequence[tuple[State, list[ir.Stmt]]], test: ir.Atom | None
    ) -> tuple[State, Yields]:
        """The state after arms of which one was taken: their ends, and their statements."""
        states = [state for state, _ in arms]
        alive = [k for k, state in enumerate(states) if not state.dead]
        if not alive:
            return states[0], []
        if len(alive) == 1:
            (only,) = alive
            self.state = states[only]
            found = self.exported(arms[only][1])
            rows = [[atom if k == only else ir.UNDEFINED for k in range(len(arms))] for _, (atom,) in found]
            return self.state, [(name, tuple(row)) for (name, _), row in zip(found, rows, strict=True)]
        merger = Merger(self, states, alive, test, [statements for _, statements in arms])
        self.state = result = State()
        everywhere, *others = [states[k].heap.keys() for k in alive]
        for cell in [cell for cell in everywhere if all(cell in other for other in others)]:
            result.heap[cell] = merger.cell(cell)
        for key in dict.fromkeys(key for k in alive for key in states[k].values):
            result.values[key] = merger.value(key)
        merger.made_in_arms(result)
        for number in merger.shared & result.heap.keys():
            self.freeze_cell(Array(number), SHARED)
        merger.keep_taken()
        return result, merger.yields

    def exported(self: Machine, statements: list[ir.Stmt]) -> Yields:
        """Results for what was bound inside a block that always runs to its end."""
        inner = {name for stmt in statements for name in ir.binds(stmt)}
        names: dict[ir.Atom, ir.Var] = {}

        def outside(atom: ir.Atom) -> ir.Atom:
            if not isinstance(atom, ir.Var) or atom.name not in inner:
                return atom
            if atom not in names:
                names[atom] = self.builder.copy_name(atom.name)
                if atom.name in self.builder.optional:
                    self.builder.optional.add(names[atom].name)
            return names[atom]

        def moved(structure: Structure, atoms: list[ir.Atom]) -> tuple[Structure, Iterator[ir.Atom]]:
            changed = [ir.replace_atom(atom, lambda name: outside(ir.Var(name))) for atom in atoms]
            return structure.seeing(outside), iter(changed)

        for cell, content in self.state.heap.items():
            self.state.heap[cell] = rebuild_cell(*moved(*flatten_cell(content, self.state.heap, False)), self.allocate)
        for key, value in self.state.values.items():
            self.state.values[key] = rebuild(*moved(*flatten(value, self.state.heap, False)), self.allocate)
        return [(var.name, (atom,)) for atom, var in names.items()]


class Merger:
    """One meeting of paths."""

    def __init__(
        self,
        machine: Machine,
        states: Sequence[State],
        alive: list[int],
        test: ir.Atom | None,
        blocks: Sequence[list[ir.Stmt]],
    ) -> None:
        self.machine, self.states, self.alive, self.test, self.blocks = machine, states, alive, test, blocks
        self.yields: Yields = []
        self.known: dict[tuple[ir.Atom, ...], ir.Atom] = {}
        self.shared: set[int] = set()
        self.taken: set[int] = set()
        self.placed: set[int] = set()

    def cell(self, number: int) -> Cell:
        contents = [self.states[k].heap[number] for k in self.alive]
        if all(content == contents[0] for content in contents[1:]):
            return contents[0]
        lost = next((content for content in contents if isinstance(content, Lost)), None)
        if lost is not None:
            return lost
        for by_content in (False, ARRAYS):
            parts = [flatten_cell(c, self.heap(k), by_content) for k, c in zip(self.alive, contents, strict=True)]
            first, *others = [part for part, _ in parts]
            if all(other == first for other in others):
                atoms = self.unified([atoms for _, atoms in parts])
                structure = reduce(Structure.joined, others, first)
                cell = rebuild_cell(structure, iter(atoms), self.machine.allocate)
                if by_content:
                    self.note_shared(contents, cell)
                return cell
        lists = [self.whole(k, number) for k in self.alive]
        if all(whole is not None for whole in lists):
            kept = next((whole.kept for whole in lists if whole is not None and whole.kept), "")
            if kept:
                self.taken.update(cell for content in contents if isinstance(content, ListCell) for cell in cell_refs(content))
            atom = self.phi(tuple(whole.atom for whole in lists if whole is not None))
            return DynamicCell(atom, kept=kept, kind=next(whole.kind for whole in lists if whole is not None))
        raise self.machine.refuse(
            "a container has different keys on different paths", "give it the same keys on each path"
        )

    def note_shared(self, contents: list[Cell], result: Cell) -> None:
        """The arrays that a container holds, one on each path: if others hold one too, none may be changed."""
        held = [cell for content in contents for cell in cell_refs(content)]
        shared = any(
            self.states[k].holders(cell) > 1 for k in self.alive for cell in held if cell in self.states[k].heap
        )
        if shared:
            self.shared.update(held, cell_refs(result))

    def made_in_arms(self, result: State) -> None:
        """The containers and arrays that only one arm made, as far as they can be reached: undefined after the others."""
        pending = [cell for value in result.values.values() for cell in refs(value)]
        pending += [cell for content in result.heap.values() for cell in cell_refs(content)]
        while pending:
            number = pending.pop()
            if number in result.heap or number in self.machine.base:
                continue
            k = next(k for k in self.alive if number in self.states[k].heap)
            content = self.states[k].heap[number]
            structure, atoms = flatten_cell(content, self.heap(k), False)
            inner = {name for stmt in self.blocks[k] for name in ir.binds(stmt)}
            found = [self.export(k, a) if not inner.isdisjoint(ir.variables(a)) else a for a in atoms]
            result.heap[number] = rebuild_cell(structure, iter(found), self.machine.allocate)
            pending += cell_refs(content)

    def only_in(self, k: int, atom: ir.Atom) -> tuple[ir.Atom, ...]:
        """An atom of one arm, and what the others have for it."""
        return tuple(atom if arm == k else ir.UNDEFINED for arm in self.alive)

    def whole(self, k: int, number: int) -> DynamicCell | None:
        """A list as one atom, in one arm."""
        cell = self.states[k].heap[number]
        if not isinstance(cell, (ListCell, DynamicCell)):
            return None
        return self.in_arm(k, lambda: self.machine.whole(Ref(number)))  # type: ignore[no-any-return]

    def keep_taken(self) -> None:
        """What went into a list of run-time length on some path, or has a place in one and a name: it may not change."""
        for number in self.taken:
            for cell in self.machine.reachable(Ref(number)) if number in self.machine.state.heap else ():
                self.machine.freeze_any(cell)
        for number in self.placed:
            self.machine.keep(number)

    def in_arm(self, k: int, run: Callable[[], Any]) -> Any:
        """Something done at the end of an arm."""
        before, self.machine.state = self.machine.state, self.states[k]
        try:
            with self.machine.builder.inside(self.blocks[k]):
                return run()
        finally:
            self.machine.state = before

    def value(self, key: Any) -> Value:
        values = [self.states[k].values.get(key, ir.UNDEFINED) for k in self.alive]
        first = values[0]
        if all(value == first for value in values[1:]):
            return first
        poison = next((v for v in values if isinstance(v, Poison)), None)
        if poison is not None:
            return poison
        defined = [value for value in values if value != ir.UNDEFINED]
        hint = key[2].partition("@")[0] if isinstance(key[2], str) else ""
        return self.combine(values, defined, hint)

    def combine(self, values: list[Value], defined: list[Value], hint: str) -> Value:
        """One value from several that differ: by reference if they are alike, else by what the containers, the arrays, or all, hold."""
        for by_content in (False, CONTAINERS, ARRAYS, True):
            if by_content and self.test is not None and self.chosen_array(values):
                return self.either(values)
            if by_content:
                self.placed.update(place.cell for value in values for place in places(value))
            parts = self.taken_apart(values, by_content)
            first, *others = [part[0] for part in parts if part is not None]
            if any(other != first for other in others):
                continue
            structure = reduce(Structure.joined, others, first)
            width = len(next(part for part in parts if part is not None)[1])
            rows = [part[1] if part is not None else [ir.UNDEFINED] * width for part in parts]
            result = rebuild(structure, iter(self.unified(rows, hint)), self.machine.allocate)
            if by_content:
                self.pair(values, result)
                self.freeze(defined, result)
            return result
        return self.reconcile(values, defined, hint)

    def taken_apart(self, values: list[Value], by_content: By) -> list[tuple[Structure, list[ir.Atom]] | None]:
        """The structure and the atoms of a value in each arm; None where it is undefined."""
        parts: list[tuple[Structure, list[ir.Atom]] | None] = []
        for k, value in zip(self.alive, values, strict=True):
            if by_content is True:
                value = self.in_arm(k, lambda value=value: self.machine.as_carried(value, self.machine.state, True))
            elif by_content == ARRAYS:
                value = self.in_arm(k, lambda value=value: self.machine.as_buffer(value, self.machine.state))
            parts.append(None if value == ir.UNDEFINED else flatten(value, self.heap(k), by_content))
        return parts

    def either(self, values: list[Value]) -> Value:
        """One of two values, depending on the test: what they are made of in their arms is there behind these."""
        assert self.test is not None
        then, other = (self.outside(k, value) for k, value in zip(self.alive, values, strict=True))
        return Either(self.test, then, other)

    def outside(self, k: int, value: Value) -> Value:
        """A value of one arm, with results for what was bound in it."""
        inner = {name for stmt in self.blocks[k] for name in ir.binds(stmt)}
        structure, atoms = flatten(value, self.heap(k), False)
        found = [self.export(k, atom) if not inner.isdisjoint(ir.variables(atom)) else atom for atom in atoms]
        return rebuild(structure, iter(found), self.machine.allocate)

    def export(self, k: int, atom: ir.Atom) -> ir.Atom:
        return self.phi(self.only_in(k, atom))

    def chosen_array(self, values: list[Value]) -> bool:
        """Whether a value is one of two arrays that others hold as well, so that a store has to go to the one it is."""
        if len(values) != 2 or not all(isinstance(v, Array) or self.machine.is_array_choice(v) for v in values):
            return False
        if any(is_place(held) for value in values for held in references(value)):
            return True
        both = zip(self.alive, values, strict=True)
        return any(self.states[k].holders(cell) > 1 for k, value in both for cell in refs(value))

    def heap(self, k: int) -> Any:
        return {**self.machine.base, **self.states[k].heap}

    def pair(self, values: list[Value], result: Value) -> None:
        """A common array stands for those of the arms, and for what these may stand for."""
        held = [arrays_of(value, self.states[k]) for k, value in zip(self.alive, values, strict=True)]
        twins = set().union(*held, *(twins_of(cells, self.heap(k)) for k, cells in zip(self.alive, held, strict=True)))
        for number in arrays_of(result, self.machine.state) if twins else ():
            if isinstance(self.machine.state.heap.get(number), ArrayCell):
                make_twins(number, twins, self.machine.state.heap)

    def freeze(self, values: list[Value], result: Value) -> None:
        """A change through any of these names might have to be seen through another: it is refused, and so is one in what they hold."""
        held = {cell for value in (*values, result) for cell in refs(value)}
        inside = {cell for value in values for k in self.alive for cell in reachable_cells(value, self.states[k])}
        self.freeze_cells(held)
        self.freeze_cells((inside ^ reachable_cells(result, self.machine.state)) - held)  # what is in both is what it was

    def freeze_cells(self, held: set[int]) -> None:
        """Freeze cells if one of them has several holders, or must not be changed already."""
        holders = [self.states[k].holders(cell) for k in self.alive for cell in held if cell in self.states[k].heap]
        known = [self.heap(k)[cell].frozen for k in self.alive for cell in held if cell in self.heap(k)]
        reason = next((frozen for frozen in known if frozen), SHARED if any(count > 1 for count in holders) else "")
        for number in held if reason else ():
            cell = self.machine.state.heap.get(number)
            if cell is not None:
                self.machine.state.heap[number] = replace(cell, frozen=cell.frozen or reason)

    def reconcile(self, values: list[Value], defined: list[Value], hint: str) -> Value:
        """Values of different structure: both as one atom of the program, or a choice between functions."""
        if all(_callable(value) and not self.machine.is_array_choice(value) for value in defined):
            if len(defined) == 1:
                return defined[0]
            if self.test is not None and len(values) == 2 and len(defined) == 2:
                return self.either(values)
            return Poison("{name} is one of several functions")
        atoms: list[ir.Atom] = []
        owned = all(self.in_arm(k, lambda v=v: self.machine.owns(v)) for k, v in zip(self.alive, values, strict=True))  # type: ignore[misc]
        self.placed.update(place.cell for value in values for place in places(value))
        self.placed.update(value.cell for value in values if isinstance(value, Ref))
        self.taken.update(cell for value in values if not isinstance(value, Ref) for cell in refs(value))
        for k, value in zip(self.alive, values, strict=True):
            if _callable(value) and not self.machine.is_array_choice(value):
                return Poison("{name} is a function on one path and a value on another")
            if value != ir.UNDEFINED:
                self.shared.update(self.in_arm(k, lambda v=value: list(self.machine.reachable(v))))  # type: ignore[misc]
                value = self.in_arm(k, lambda v=value: self.machine.taken_whole(v))  # type: ignore[misc]
            atoms.append(value)  # type: ignore[arg-type]
        if not all(is_atom(atom) for atom in atoms):
            return Poison("{name}")
        for atom in atoms:
            self.machine.check_fields(self.machine.builder.type_of(atom), "there on one path, and something else on another")
        result: Value = self.phi(tuple(atoms), hint)
        if not isinstance(self.machine.builder.type_of(result), facts.Record):  # which is taken apart behind the branch
            result = self.machine.frozen_arrays(self.machine.project(result), SHARED)
        if isinstance(result, Ref):
            self.freeze(defined, result)
            if not owned:
                self.machine.keep(result.cell)
        return result

    def unified(self, rows: list[list[ir.Atom]], hint: str = "") -> list[ir.Atom]:
        """One atom per column."""
        return [self.phi(tuple(column), hint) for column in zip(*rows, strict=True)]

    def phi(self, atoms: tuple[ir.Atom, ...], hint: str = "") -> ir.Atom:
        """The atom that is one of these, depending on the path."""
        if all(atom == atoms[0] for atom in atoms[1:]):
            return atoms[0]
        known = self.known.get(atoms)
        if known is not None:
            return known
        builder = self.machine.builder
        defined = [atom for atom in atoms if atom != ir.UNDEFINED]
        fact = builder.type_of(defined[0])
        for atom in defined[1:]:
            fact = facts.join(fact, builder.type_of(atom))
        words = [builder.hint(atom) for atom in defined]
        result = builder.fresh(hint or next((word for word in words if word), ""), fact)
        if len(defined) < len(atoms) or any(isinstance(a, ir.Var) and a.name in builder.optional for a in defined):
            builder.optional.add(result.name)
        row: list[ir.Atom] = [ir.UNDEFINED] * len(self.states)
        for k, atom in zip(self.alive, atoms, strict=True):
            row[k] = atom
        self.yields.append((result.name, tuple(row)))
        self.known[atoms] = result
        return result


def _callable(value: Value) -> bool:
    from s2s.specialise.values import Bound

    return isinstance(value, (Closure, Bound, Either)) or (isinstance(value, ir.Const) and callable(value.value))


__all__ = ["LEAF", "Merge"]
