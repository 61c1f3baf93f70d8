"""Both sweeps of a nest of loops and branches, as they run: what the reverse sweep needs is recorded, loaded, recomputed.

    for j in range(i):                  t_saved = []
        t = np.tanh(A[i, j])     =>     for j in range(i):
        s = s * t                           t = np.tanh(A[i, j])
                                            t_saved.append(t)
                                            s = s * t

                                        for j in range(i - 1, -1, -1):
                                            t = t_saved[j]
                                            s_bar = s_bar * t

A loop records in lists, an arm of a branch hands on further results; what an inner block records is recorded by the blocks
around it.

In: a Nest.  Out: the statement of the forward sweep, and that of the reverse sweep, written to the builder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from s2s import facts, ir
from s2s.define import LEFT_OUT
from s2s.differentiate.against import AgainstArms, AgainstBody, AgainstLoop
from s2s.differentiate.record import Names, Record
from s2s.differentiate.recover import Nest, Region, changing, is_number, serial
from s2s.infer.indexing import elsewhere


def written(nest: Nest) -> ir.Stmt:
    """Write the statement of the reverse sweep; the statement of the forward sweep."""
    writing = Writing(nest)
    forward = writing.forwards(nest.forward, None)
    writing.backwards(nest.backward, {})
    return forward


class Writing:
    """One nest as it is written: what its loops have recorded, and what its arms hand on under which names."""

    def __init__(self, nest: Nest) -> None:
        self.nest, self.builder = nest, nest.builder
        self.changing = changing(nest.forward, self.builder.types)
        read = (let.target for lets in nest.in_front.values() for let in lets)
        self.changing.update(name for name in read if not is_number(self.builder.types.get(name)))
        self.records: dict[int, Record] = {}
        self.handed: dict[int, list[tuple[str, str]]] = {}
        self.words: dict[str, str] = {}
        """What to call the records of names that are made here."""
        self.measured: set[str] = set()
        """The names that lengths of what was recorded follow from."""

    # -------------------------------------------------------------------------------------------------- the forward sweep
    def forwards(self, stmt: ir.Stmt, around: Region | None) -> ir.Stmt:
        """A statement with what it records; the block around it keeps the names that it gets it by."""
        regions = [self.nest.regions[id(block)] for block in ir.blocks(stmt) if id(block) in self.nest.regions]
        if not any(id(region.block) in self.nest.reversed for region in regions):
            return stmt
        inside = [self.statements(region) for region in regions]
        match stmt:
            case ir.For() | ir.While():
                changed, names = self.loop(stmt, regions[0], inside[0])
            case ir.If() | ir.With() | ir.Try():
                changed, names = self.arms(stmt, regions, inside)
        if around is not None:
            around.kept = sorted({*around.kept, *names}, key=serial)
        return changed

    def statements(self, region: Region) -> list[ir.Stmt]:
        """The statements of a block, those nested in it first."""
        statements = list(region.block.statements)
        for position in range(len(statements) - 1, -1, -1):
            before = [let for let in self.nest.in_front.get(id(statements[position]), ()) if let.target in region.kept]
            statements[position : position + 1] = [*before, self.forwards(statements[position], region)]
        region.kept.sort(key=serial)
        return statements

    def loop(self, stmt: ir.For | ir.While, region: Region, statements: list[ir.Stmt]) -> tuple[ir.Stmt, list[str]]:
        reads_index = isinstance(stmt, ir.For) and stmt.index in self.nest.reads
        words = [self.words.get(name) or self.nest.word(name) for name in region.kept]
        around = f"_{joined(region.path[:-1])}" if region.path[1:] else ""
        kept = {name: f"{word}_saved{around}" for name, word in zip(region.kept, words, strict=True)}
        record = Record(self.builder, stmt, kept, reads_index)
        self.words.update((record.lists[name].name, word) for name, word in zip(region.kept, words, strict=True))
        self.records[id(region.block)] = record
        return record.forwards(statements, self.changing)

    def arms(
        self, stmt: ir.If | ir.With | ir.Try, regions: Sequence[Region], inside: Sequence[list[ir.Stmt]]
    ) -> tuple[ir.Stmt, list[str]]:
        """A branch whose arms hand on what is kept of them; the other arms have something in its place."""
        builder = self.builder
        for region in regions:
            handed = [(name, builder.copy_name(name).name) for name in region.kept]
            self.handed[id(region.block)] = handed
            self.changing.update(new for old, new in handed if old in self.changing)
            self.words.update((new, self.words.get(old) or self.nest.word(old)) for old, new in handed)
            if len(regions) > 1:
                builder.optional.update(new for _, new in handed)
        names = [new for region in regions for _, new in self.handed[id(region.block)]]
        blocks = []
        for region, statements in zip(regions, inside, strict=True):
            more = [
                ir.Var(old) if other is region else self.filler(old)
                for other in regions
                for old, _ in self.handed[id(other.block)]
            ]
            blocks.append(ir.Block(tuple(statements), (*region.block.yields, *more)))
        results = (*ir.binds(stmt), *names)
        match stmt:
            case ir.If():
                return replace(stmt, then=blocks[0], other=blocks[1], results=results), names
            case ir.With():
                return replace(stmt, body=blocks[0], results=results), names
            case _:
                kinds = [kind for kind, _ in stmt.handlers]
                handlers = tuple(zip(kinds, blocks[1:], strict=True))
                return replace(stmt, body=blocks[0], handlers=handlers, results=results), names

    def filler(self, name: str) -> ir.Atom:
        """What stands in a record for what an arm that was not taken would have handed on."""
        if not self.nest.recompute:
            return ir.UNDEFINED
        return ir.Pack(list, ()) if isinstance(self.builder.types.get(name), facts.Listing) else LEFT_OUT

    # -------------------------------------------------------------------------------------------------- the reverse sweep
    def backwards(self, stmt: ir.Stmt, names: Names) -> None:
        """Write a statement; `names` has what is loaded and computed so far."""
        builder = self.builder
        match stmt:
            case AgainstLoop():
                with builder.at(stmt.origin):
                    self.loop_backwards(stmt, names)
            case AgainstArms():
                test = builder.substitute(stmt.test, names)
                then, other = self.blocks(stmt, names)
                builder.emit(ir.If(test, then, other, stmt.results, stmt.origin))
            case AgainstBody():
                context = ir.replace_apply(stmt.context, lambda name: names.get(name, ir.Var(name)))
                (body,) = self.blocks(stmt, names)
                builder.emit(ir.With(context, body, stmt.results, stmt.origin))
            case _:
                builder.replay([stmt], names)

    def blocks(self, stmt: AgainstArms | AgainstBody, names: Names) -> list[ir.Block]:
        """The blocks of a branch, each with what its arm handed on."""
        blocks = []
        for block, against in zip(ir.blocks(stmt), stmt.of, strict=True):
            with self.builder.block() as statements:
                if against is not None:
                    handed = self.handed[id(against)]
                    names.update((old, names.get(new, ir.Var(new))) for old, new in handed)
                    self.again(self.nest.regions[id(against)], names)
                yields = self.inside(block, names)
            blocks.append(ir.Block(tuple(statements), yields))
        return blocks

    def again(self, region: Region, names: Names) -> None:
        """Recompute what is needed of a block."""
        for let in region.again:
            with self.builder.at(let.origin and let.origin.again()):
                value = ir.replace_apply(let.value, lambda name: names.get(name, ir.Var(name)))
                hint = self.builder.hints.get(let.target, "")
                names[let.target] = self.builder.apply(value.function, *value.args, hint=hint, **dict(value.kwargs))
            if let.target in self.measured:
                self.fit(region, names)

    def fit(self, region: Region, names: Names) -> None:
        """The lengths of what was recorded, in terms of what the names that they follow from are called here."""
        for old in region.kept:
            loaded, fact = names.get(old), self.builder.types.get(old)
            self.measured.update(name for dim in getattr(fact, "shape", None) or () for symbol in dim.symbols for name in symbol.names)
            if isinstance(loaded, ir.Var) and fact is not None:
                own = facts.with_dims(fact, lambda dim: elsewhere(self.builder.type_of, dim, names))
                self.builder.types.update({} if own is None else {loaded.name: own})

    def inside(self, block: ir.Block, names: Names) -> tuple[ir.Atom, ...]:
        """Write the statements of a block; what it yields."""
        for stmt in block.statements:
            self.backwards(stmt, names)
        return tuple(self.builder.substitute(atom, names) for atom in block.yields)

    def loop_backwards(self, stmt: AgainstLoop, names: Names) -> None:
        (against,) = stmt.of
        record, region = self.records[id(against)], self.nest.regions[id(against)]
        bounds, index = record.backwards(names)
        inits = tuple(self.builder.substitute(atom, names) for atom in stmt.inits)
        with self.builder.block() as statements:
            record.load(index, names)
            self.fit(region, names)
            self.again(region, names)
            yields = self.inside(stmt.body, names)
        body = ir.Block(tuple(statements), yields)
        origin = stmt.origin if record.by_index or stmt.origin is None else replace(stmt.origin, index="")
        self.builder.emit(ir.For(index.name, bounds, stmt.carried, inits, body, stmt.results, origin=origin))


def joined(words: Sequence[str]) -> str:
    """The words for some indices as one: `ij`, `step_i`."""
    return ("" if all(len(word) == 1 for word in words) else "_").join(words)
