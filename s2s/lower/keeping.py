"""What an iteration makes and records is made in the record: the array that would be copied there is not needed.

    for t in range(steps):                      for t in range(steps):
        x = np.empty(n)                             for i in range(n):
        for i in range(n):                              saved[t, i] = np.sin(u[i])
            x[i] = np.sin(u[i])         =>          for i in range(n):
        for i in range(n):                              u[i] += saved[t, i]
            saved[t, i] = x[i]
        for i in range(n):
            u[i] += x[i]

In: a program of loop nests.  Out: one that computes the same.  The array has to be made in the block that copies it, of the shape
of a row; behind the copy it is read only, entry by entry.  One that is a copy itself is copied from where it was copied from.
"""

from __future__ import annotations

import operator
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from s2s import facts, ir
from s2s.emit.owners import bound_in_order
from s2s.lower.fusing import renamed
from s2s.lower.values import ONE, ZERO
from s2s.primitives import STORES
from s2s_runtime import kernels


def kept_in_records(function: ir.Function) -> ir.Function:
    """The function with fewer arrays that are copied into records."""
    keeping = Keeping(dict(function.types), dict(function.hints))
    return replace(function, body=keeping.block(function.body), types=keeping.types, hints=keeping.hints)


@dataclass(frozen=True)
class Copying:
    """A nest that copies an array into a row of a record: the names of both, of the record behind it, and the places of the row."""

    record: str
    result: str
    array: str
    row: tuple[ir.Atom, ...]


def copying(stmt: ir.Stmt) -> Copying | None:
    """A nest that does nothing else; None for another statement."""
    loops: list[ir.For] = []
    while isinstance(stmt, ir.For) and stmt.bounds[::2] == (ZERO, ONE) and len(stmt.carried) == 1 and not (stmt.stops or stmt.slots):
        if loops and stmt.inits != (ir.Var(loops[-1].carried[0]),):
            return None
        loops.append(stmt)
        last = stmt.body.statements[-1] if stmt.body.statements else None
        if last is None or stmt.body.yields != tuple(map(ir.Var, ir.binds(last))):
            return None
        if len(stmt.body.statements) != 1:
            break
        stmt = last
    if not loops or len(loops[-1].body.statements) != 2 or not isinstance(loops[0].inits[0], ir.Var):
        return None
    load, store = loops[-1].body.statements
    if not (isinstance(load, ir.Let) and isinstance(store, ir.Let) and load.value.function is operator.getitem):
        return None
    places = tuple(ir.Var(one.index) for one in loops)
    base, at = load.value.args
    fits = store.value.function is kernels.index_set and store.value.args[::2] == (ir.Var(loops[-1].carried[0]), ir.Var(load.target))
    if not fits or len(store.value.args) != 3 or not isinstance(base, ir.Var) or ir.index_parts(at) != places:
        return None
    parts = ir.index_parts(store.value.args[1])
    row, own = parts[: -len(places)], parts[-len(places) :]
    if not row or own != places or not {one.index for one in loops}.isdisjoint(ir.variables(ir.Pack(tuple, row))):
        return None
    return Copying(loops[0].inits[0].name, loops[0].results[0], base.name, row)


class Keeping:
    """One function's records being looked at."""

    def __init__(self, types: dict[str, facts.Type], hints: dict[str, str]) -> None:
        self.types, self.hints = types, hints

    def block(self, block: ir.Block) -> ir.Block:
        block = replace(block, statements=tuple([ir.map_blocks(stmt, self.block) for stmt in block.statements]))
        done = 0
        while done < len(block.statements):
            found = copying(block.statements[done])
            changed = self.changed(block, done, found) if found is not None and self.fits(found) else None
            if changed is None:
                done += 1
            else:
                block = changed
        return block

    def fits(self, found: Copying) -> bool:
        """Whether a row of the record is as the array."""
        record, array = self.types.get(found.record), self.types.get(found.array)
        if not (isinstance(record, facts.Num) and isinstance(array, facts.Num) and record.shape and array.shape):
            return False
        return record.dtype == array.dtype and record.shape[len(found.row) :] == array.shape

    def changed(self, block: ir.Block, at: int, found: Copying) -> ir.Block | None:
        """The block without the array of the nest that stands there; None where it is needed."""
        makers = {name: k for k, stmt in enumerate(block.statements[:at]) for name in ir.binds(stmt)}
        begin, versions = found.array, {found.array}
        while begin in makers:
            stmt = block.statements[makers[begin]]
            before = self.before(stmt, begin, versions)
            if before is None:
                break
            begin = before
            versions.add(begin)
        maker = block.statements[makers[begin]] if begin in makers else None
        if not isinstance(maker, ir.Let):
            return None
        if maker.value.function is np.copy and begin == found.array:
            return self.copied_at_once(block, at, found, maker)
        if maker.value.function is np.empty:
            return self.made_there(block, at, found, makers[begin], versions)
        return None

    def before(self, stmt: ir.Stmt, name: str, versions: set[str]) -> str | None:
        """What a version of an array was before the statement that makes it; all that it is called inside of that is noted."""
        before: ir.Atom | None = None
        if isinstance(stmt, ir.Let) and stmt.value.function in STORES and len(stmt.value.args) == 3:
            before = stmt.value.args[0]
        elif isinstance(stmt, ir.For):
            place = stmt.results.index(name)
            before, carried = stmt.inits[place], stmt.carried[place]
            versions.add(carried)
            if not self.goes_back(stmt.body.yields[stmt.stops + place], stmt.body, carried, versions):
                return None
        return before.name if isinstance(before, ir.Var) else None

    def goes_back(self, end: ir.Atom, body: ir.Block, carried: str, versions: set[str]) -> bool:
        """Whether what a body ends with is made of what the loop carries, by stores and loops."""
        makers = {name: stmt for stmt in body.statements for name in ir.binds(stmt)}
        while isinstance(end, ir.Var) and end.name != carried:
            versions.add(end.name)
            before = self.before(makers[end.name], end.name, versions) if end.name in makers else None
            if before is None:
                return False
            end = ir.Var(before)
        return isinstance(end, ir.Var)

    # -------------------------------------------------------------------------------------------------------- a copy
    def copied_at_once(self, block: ir.Block, at: int, found: Copying, maker: ir.Let) -> ir.Block | None:
        """An array that is a copy: the record is a copy of the same one, and is read in its place."""
        begin, source = block.statements.index(maker), maker.value.args[0]
        before, between = block.statements[:begin], block.statements[begin + 1 : at]
        behind = ir.Block(block.statements[at + 1 :], block.yields)
        held = {found.array, *ir.variables(source)}
        if not isinstance(source, ir.Var) or not held.isdisjoint(ir.free(ir.Block(between))):
            return None
        if not Use(self.types, {found.array}, found.array).only_read(behind):
            return None
        nest = renamed(ir.Block((block.statements[at],)), {found.array: source}).statements
        rest = in_rows(behind, {found.array}, found.row, {found.array: ir.Var(found.result)})
        return ir.Block((*before, *between, *nest, *rest.statements), rest.yields)

    # ---------------------------------------------------------------------------------------------------- made in a row
    def made_there(self, block: ir.Block, at: int, found: Copying, begin: int, versions: set[str]) -> ir.Block | None:
        """An array that is filled: the row is filled in its place, from where the array was made on."""
        statements, maker = block.statements, block.statements[begin]
        (name,) = ir.binds(maker)
        use = Use(self.types, versions, found.array)
        lets = self.row_there(found.row, statements[:begin], statements[begin:at])
        filling, behind = ir.Block(statements[begin + 1 : at]), ir.Block(statements[at + 1 :], block.yields)
        bound = set(bound_in_order(ir.Block(statements[begin:])))
        if lets is None or found.record in bound | ir.free(filling) | ir.free(behind):
            return None
        if not use.by_entries(filling) or not use.only_read(behind) or not ir.free(behind) <= {found.array} | ir.free(behind) - versions:
            return None
        moved = {one.target for one in lets}
        middle = replace(filling, statements=tuple([one for one in filling.statements if moved.isdisjoint(ir.binds(one))]))
        change: dict[str, ir.Atom] = {name: ir.Var(found.record), found.result: ir.Var(found.array)}
        self.types.update((one, self.types[found.record]) for one in versions)
        self.hints.update((one, self.hints.get(found.record, "")) for one in versions)
        whole = ir.Block((*middle.statements, *behind.statements), behind.yields)
        done = in_rows(whole, versions, found.row, change)
        return ir.Block((*statements[:begin], *lets, *done.statements), done.yields)

    def row_there(self, row: Sequence[ir.Atom], before: Sequence[ir.Stmt], between: Sequence[ir.Stmt]) -> list[ir.Let] | None:
        """The statements that have to stand earlier, so that the places of the row are known; None where these cannot."""
        late = {name: stmt for stmt in between for name in ir.binds(stmt)}
        found: list[ir.Let] = []
        for name in dict.fromkeys(ir.variables(ir.Pack(tuple, tuple(row)))):
            stmt = late.get(name)
            if stmt is None:
                continue
            simple = isinstance(stmt, ir.Let) and stmt.value.function in (operator.add, operator.sub)
            if not isinstance(stmt, ir.Let) or not simple or not late.keys().isdisjoint(ir.reads(stmt.value)):
                return None
            found.append(stmt)
        return found


class Use:
    """What is done with the versions of an array."""

    def __init__(self, types: Mapping[str, facts.Type], names: set[str], array: str) -> None:
        fact = types[array]
        assert isinstance(fact, facts.Num)
        self.types, self.names, self.rank = types, names, len(fact.shape or ())

    def named_in(self, atoms: Iterable[ir.Atom]) -> set[str]:
        return self.names.intersection(name for atom in atoms for name in ir.variables(atom))

    def is_entry(self, stmt: ir.Let, functions: Collection[Any]) -> bool:
        """Whether a statement names a single entry, and does nothing else with one of them."""
        base, *args = stmt.value.args
        if stmt.value.function not in functions or not isinstance(base, ir.Var) or stmt.value.kwargs or self.named_in(args):
            return False
        parts = ir.index_parts(args[0])
        whole = len(parts) == self.rank and all(map(self.is_number, parts))
        return whole and len(args) == (1 if stmt.value.function is operator.getitem else 2)

    def is_number(self, part: ir.Atom) -> bool:
        if isinstance(part, ir.Const):
            return type(part.value) is int
        fact = self.types.get(part.name) if isinstance(part, ir.Var) else None
        return isinstance(fact, facts.Num) and fact.shape == () and fact.dtype is not None and fact.dtype.kind in "iu"

    def only_read(self, block: ir.Block) -> bool:
        """Whether entries are read, and nothing else is done."""
        for stmt in block.statements:
            if not self.named_in(ir.operands(stmt)):
                if not all(map(self.only_read, ir.blocks(stmt))):
                    return False
            elif not (isinstance(stmt, ir.Let) and self.is_entry(stmt, {operator.getitem})):
                return False
        return not self.named_in(block.yields)

    def by_entries(self, block: ir.Block) -> bool:
        """Whether versions are made of one another by loops and stores of entries, and none is read when it was changed."""
        gone: set[str] = set()
        for stmt in block.statements:
            changed = self.changed_by(stmt)
            if changed is None or not gone.isdisjoint(ir.free(ir.Block((stmt,)))):
                return False
            gone |= changed
        return gone.isdisjoint(self.named_in(block.yields))

    def changed_by(self, stmt: ir.Stmt) -> set[str] | None:
        """The versions that are another one behind a statement; None where it does what it may not."""
        used = self.named_in(ir.operands(stmt))
        match stmt:
            case ir.Let() if used:
                stores = stmt.value.function in STORES
                fits = self.is_entry(stmt, {operator.getitem, *STORES}) and stores == (stmt.target in self.names)
                return None if not fits else used if stores else set()
            case ir.Let():
                return set()
            case ir.For():
                ends = stmt.body.yields[stmt.stops :]
                ours = [k for k, name in enumerate(stmt.carried) if name in self.names]
                flows = all((k in ours) == bool(self.named_in([atom])) for many in (stmt.inits, ends) for k, atom in enumerate(many))
                alone = not self.named_in(stmt.bounds) and not used & ir.free(stmt.body) and len(ours) <= 1
                return used if flows and alone and self.by_entries(stmt.body) else None
        return None if not self.names.isdisjoint(ir.free(ir.Block((stmt,)))) else set()


def in_rows(block: ir.Block, names: set[str], row: Sequence[ir.Atom], change: Mapping[str, ir.Atom]) -> ir.Block:
    """A block in which entries of these arrays are entries of a row, and arrays have other names."""

    def statement(stmt: ir.Stmt) -> ir.Stmt:
        match stmt:
            case ir.Let() if stmt.value.function in (operator.getitem, *STORES):
                base, at, *rest = stmt.value.args
                if isinstance(base, ir.Var) and base.name in names:
                    return replace(stmt, value=replace(stmt.value, args=(base, ir.Pack(tuple, (*row, *ir.index_parts(at))), *rest)))
        return ir.map_blocks(stmt, inside)

    def inside(inner: ir.Block) -> ir.Block:
        return replace(inner, statements=tuple(map(statement, inner.statements)))

    return renamed(inside(block), change)

