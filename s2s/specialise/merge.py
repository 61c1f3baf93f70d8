"""Where paths meet: one state from several, and the names that the arms must yield for it.

In: the states at the ends of the arms.  Out: the state after them, and per new name one atom from each arm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.specialise.values import (
    LEAF,
    Cell,
    Closure,
    DynamicCell,
    Either,
    Lost,
    Poison,
    Ref,
    State,
    Structure,
    Value,
    flatten,
    flatten_cell,
    is_atom,
    rebuild,
    rebuild_cell,
)  # fmt: skip

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
        merger = Merger(self, states, alive, test)
        result = State()
        for cell in dict.fromkeys(c for k in alive for c in states[k].heap):
            result.heap[cell] = merger.cell(cell)
        self.state = result
        for key in dict.fromkeys(key for k in alive for key in states[k].values):
            result.values[key] = merger.value(key)
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
                if self.is_fresh(atom):
                    self.fresh_phis.add(names[atom].name)
                if atom.name in self.builder.optional:
                    self.builder.optional.add(names[atom].name)
            return names[atom]

        def moved(structure: Structure, atoms: list[ir.Atom]) -> tuple[Structure, Iterator[ir.Atom]]:
            return structure, iter([ir.replace_atom(atom, lambda name: outside(ir.Var(name))) for atom in atoms])

        for cell, content in self.state.heap.items():
            self.state.heap[cell] = rebuild_cell(*moved(*flatten_cell(content, self.state.heap, False)), self.allocate)
        for key, value in self.state.values.items():
            self.state.values[key] = rebuild(*moved(*flatten(value, self.state.heap, False)), self.allocate)
        return [(var.name, (atom,)) for atom, var in names.items()]


class Merger:
    """One meeting of paths."""

    def __init__(self, machine: Machine, states: Sequence[State], alive: list[int], test: ir.Atom | None) -> None:
        self.machine, self.states, self.alive, self.test = machine, states, alive, test
        self.yields: Yields = []
        self.known: dict[tuple[ir.Atom, ...], ir.Atom] = {}

    def cell(self, number: int) -> Cell | Lost:
        contents = [self.states[k].heap[number] for k in self.alive if number in self.states[k].heap]
        if all(content == contents[0] for content in contents[1:]) or len(contents) < len(self.alive):
            return contents[-1] if len(contents) < len(self.alive) else contents[0]
        lost = next((content for content in contents if isinstance(content, Lost)), None)
        if lost is not None:
            return lost
        parts = [flatten_cell(content, self.machine.state.heap, False) for content in contents]
        structure = parts[0][0]
        if all(other == structure for other, _ in parts[1:]):
            atoms = self.unified([atoms for _, atoms in parts])
            return rebuild_cell(structure, iter(atoms), self.machine.allocate)
        lists = [self.whole(k, number) for k in self.alive]
        if all(atom is not None for atom in lists):
            return DynamicCell(self.phi(tuple(atom for atom in lists if atom is not None)))
        raise self.machine.refuse(
            "a container has different keys on different paths", "give it the same keys on each path"
        )

    def whole(self, k: int, number: int) -> ir.Atom | None:
        """A list as one atom, in one arm."""
        from s2s.specialise.values import ListCell

        cell = self.states[k].heap[number]
        if not isinstance(cell, (ListCell, DynamicCell)):
            return None
        before, self.machine.state = self.machine.state, self.states[k]
        try:
            return self.machine.materialise(Ref(number))
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
        """One value from several that differ."""
        by_content = any(isinstance(value, Ref) for value in defined) and len(set(map(repr, defined))) > 1
        parts = []
        for k, value in zip(self.alive, values, strict=True):
            parts.append(None if value == ir.UNDEFINED else flatten(value, self.heap(k), by_content))
        structures = {structure for part in parts if part is not None for structure in [part[0]]}
        if len(structures) == 1:
            structure = next((part[0] for part in parts if part is not None and part[0].frozen), structures.pop())
            width = len(next(part for part in parts if part is not None)[1])
            rows = [part[1] if part is not None else [ir.UNDEFINED] * width for part in parts]
            atoms = self.unified(rows, hint)
            result = rebuild(structure, iter(atoms), self.machine.allocate)
            if by_content:
                self.freeze([*defined, result])
            return result
        return self.reconcile(values, defined, hint)

    def heap(self, k: int) -> Any:
        return {**self.machine.base, **self.states[k].heap}

    def freeze(self, values: list[Value]) -> None:
        """A change through any of these names might have to be seen through another: it is refused."""
        from dataclasses import replace

        refs = [value for value in values if isinstance(value, Ref)]
        holders = [max(self.states[k].holders(ref.cell) for k in self.alive) for ref in refs[:-1]]
        known = [self.heap(k)[ref.cell].frozen for k in self.alive for ref in refs if ref.cell in self.heap(k)]
        reason = next((frozen for frozen in known if frozen), SHARED if any(count > 1 for count in holders) else "")
        if not reason:
            return
        for ref in refs:
            cell = self.machine.state.heap.get(ref.cell)
            if cell is not None:
                self.machine.state.heap[ref.cell] = replace(cell, frozen=reason)

    def reconcile(self, values: list[Value], defined: list[Value], hint: str) -> Value:
        """Values of different structure: both as one atom of the program, or a choice between functions."""
        if all(_callable(value) for value in defined):
            if len(defined) == 1:
                return defined[0]
            if self.test is not None and len(values) == 2 and len(defined) == 2:
                return Either(self.test, values[0], values[1])
            return Poison("{name} is one of several functions")
        atoms: list[ir.Atom] = []
        for k, value in zip(self.alive, values, strict=True):
            if _callable(value):
                return Poison("{name} is a function on one path and a value on another")
            before, self.machine.state = self.machine.state, self.states[k]
            try:
                atoms.append(value if value == ir.UNDEFINED else self.machine.materialise(value))  # type: ignore[arg-type]
            finally:
                self.machine.state = before
        if not all(is_atom(atom) for atom in atoms):
            return Poison("{name}")
        result = self.machine.project(self.phi(tuple(atoms), hint))
        if isinstance(result, Ref):
            self.freeze([*defined, result])
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
        if len(defined) < len(atoms):
            builder.optional.add(result.name)
        if all(self.machine.is_fresh(atom) for atom in defined):
            self.machine.fresh_phis.add(result.name)
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
