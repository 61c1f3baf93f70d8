"""Numbers that are a Python float in one call and single precision in another: compiled code has one dtype for both.

    s = 0.0                                 s = 0.0
    for v in x:                 =>          for v in x:
        s += v                                  s += v
    return s                                if 0 >= len(x): raise OtherKinds()
                                            return s

In: a function that is to be lowered.  Out: the function that finds out whether a number that it gives is of another kind than
compiled code takes it for, as where a loop has no iteration; NumPy then runs the function as it stands.
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from s2s import facts, ir
from s2s.builder import Builder, constant_type
from s2s.emit.owners import moves, walk
from s2s.infer import infer
from s2s.lower.counting import newest
from s2s.lower.dtypes import is_mixed
from s2s.lower.refusing import NotLowered
from s2s.primitives import both, either
from s2s_runtime.loops import OtherKinds

NEVER, ALWAYS = ir.Const(False), ir.Const(True)


def watched(function: ir.Function, taken: Mapping[str, facts.Type]) -> ir.Function:
    """The function, with these types, that raises OtherKinds where what it gives is of another kind than they say."""
    given = [name for atom in function.body.yields for name in ir.variables(atom) if is_mixed(function.types.get(name))]
    if not given:
        return replace(function, types=taken)
    watch = Watch(function, taken, given)
    statements = watch.statements(function.body.statements)
    test: ir.Atom = NEVER
    for name in given:
        other = watch.is_other(ir.Var(name), name)
        if other == ALWAYS:
            raise not_known(function, name)
        test = watch.joined(either, test, other, statements)
    if test != NEVER:
        error = watch.fresh(None)
        raising = ir.Block((ir.Let(error, ir.Apply(OtherKinds)), ir.Raise(ir.Var(error))))
        statements.append(ir.If(test, raising, ir.Block(()), ()))
    return replace(function, body=ir.Block(tuple(statements), function.body.yields), types={**taken, **watch.made_types})


def not_known(function: ir.Function, name: str) -> NotLowered:
    """Nothing in the program tells of which kind a number is that it gives."""
    stmt = next((stmt for stmt in function.body.statements if name in ir.binds(stmt)), None)
    reason = "whether this is a number of Python's or of NumPy's is not known before it runs"
    refusal = NotLowered(reason, getattr(stmt, "origin", None))
    refusal.statement = stmt
    return refusal


class Watch:
    """One function that is being watched: `others` says of a name whether it is of another kind."""

    def __init__(self, function: ir.Function, taken: Mapping[str, facts.Type], given: Sequence[str]) -> None:
        self.types, self.taken, self.newest = function.types, taken, newest(function)
        self.made_types: dict[str, facts.Type] = {}
        self.others: dict[str, ir.Atom] = {parameter.name: NEVER for parameter in function.parameters}
        self.needed = self.behind(function.body, given)

    def behind(self, body: ir.Block, given: Sequence[str]) -> set[str]:
        """The names of several kinds that decide of which kind the given ones are."""
        sources: dict[str, list[str]] = {}
        for name, atom in moves(body):
            sources.setdefault(name, []).extend(ir.variables(atom))
        for stmt in walk(body):
            if isinstance(stmt, ir.Let):
                sources.setdefault(stmt.target, []).extend(ir.reads(stmt.value))
        found, pending = set(given), list(given)
        while pending:
            new = {name for name in sources.get(pending.pop(), ()) if is_mixed(self.types.get(name))} - found
            found |= new
            pending += new
        return found

    def fresh(self, fact: facts.Type | None = facts.BOOL) -> str:
        self.newest += 1
        name = f"#{self.newest}"
        if fact is not None:
            self.made_types[name] = fact
        return name

    # ---------------------------------------------------------------------------------------------------- statements
    def statements(self, statements: Sequence[ir.Stmt]) -> list[ir.Stmt]:
        found: list[ir.Stmt] = []
        for stmt in statements:
            match stmt:
                case ir.Let():
                    found.append(stmt)
                    if stmt.target in self.needed:
                        self.others[stmt.target] = self.of_application(stmt, found)
                case ir.If():
                    names = [name for name in stmt.results if name in self.needed]
                    then, other = (self.block(block, stmt.results, names) for block in ir.blocks(stmt))
                    found.append(replace(stmt, then=then, other=other, results=(*stmt.results, *self.flags(names))))
                case ir.With():
                    names = [name for name in stmt.results if name in self.needed]
                    body = self.block(stmt.body, stmt.results, names)
                    found.append(replace(stmt, body=body, results=(*stmt.results, *self.flags(names))))
                case ir.For() | ir.While():
                    self.loop(stmt, found)
                case _:
                    found.append(stmt)
        return found

    def block(self, block: ir.Block, results: Sequence[str], names: Sequence[str]) -> ir.Block:
        """A block that yields, too, whether what it yields for these names is of another kind."""
        statements = self.statements(block.statements)
        own = block.yields[len(block.yields) - len(results) :]
        flags = [self.is_other(atom, name) for name, atom in zip(results, own, strict=True) if name in names]
        return ir.Block(tuple(statements), (*block.yields, *flags))

    def flags(self, names: Sequence[str]) -> list[str]:
        """New names that say whether these are of another kind."""
        found = [self.fresh() for _ in names]
        self.others.update({name: ir.Var(flag) for name, flag in zip(names, found, strict=True)})
        return found

    def loop(self, stmt: ir.For | ir.While, found: list[ir.Stmt]) -> None:
        """A loop that carries, too, whether what it carries is of another kind; if each iteration makes it one kind, none has to."""
        pairs = [(c, r) for c, r in zip(stmt.carried, stmt.results, strict=True) if c in self.needed or r in self.needed]
        starts = [self.is_other(stmt.inits[stmt.carried.index(name)], name) for name, _ in pairs]
        names = [name for name, _ in pairs]
        carried = self.flags(names)
        body = self.block(stmt.body, stmt.carried, names)
        test = None if isinstance(stmt, ir.For) else ir.Block(tuple(self.statements(stmt.test.statements)), stmt.test.yields)
        ends = body.yields[len(body.yields) - len(names) :]
        read = ir.free(body) if test is None else ir.free(body) | ir.free(test)
        if isinstance(stmt, ir.For) and set(ends) <= {NEVER} and read.isdisjoint(carried):
            found.append(replace(stmt, body=replace(body, yields=stmt.body.yields)))
            none = self.has_none(stmt, found) if pairs else NEVER
            for (_, result), start in zip(pairs, starts, strict=True):
                self.others[result] = self.joined(both, none, start, found)
            return
        results = self.flags([result for _, result in pairs])
        changed = replace(
            stmt, carried=(*stmt.carried, *carried), inits=(*stmt.inits, *starts), body=body, results=(*stmt.results, *results)
        )
        found.append(changed if test is None else replace(changed, test=test))  # type: ignore[arg-type]

    def has_none(self, stmt: ir.For, found: list[ir.Stmt]) -> ir.Atom:
        """Whether a loop has no iteration."""
        start, stop, step = stmt.bounds
        backwards = isinstance(step, ir.Const) and step.value < 0
        return self.made(operator.le if backwards else operator.ge, (start, stop), found)

    # ------------------------------------------------------------------------------------------------------- the kinds
    def is_other(self, atom: ir.Atom, name: str) -> ir.Atom:
        """Whether a value that flows into a name is of another kind than compiled code takes the name for."""
        if atom == ir.UNDEFINED:
            return NEVER
        fact, taken = self.type_of(atom), self.taken[name]
        if is_mixed(fact):
            same = isinstance(atom, ir.Var) and is_like(self.taken[atom.name], taken)
            return self.others.get(atom.name, ALWAYS) if same else ALWAYS  # type: ignore[union-attr]
        return NEVER if is_like(fact, taken) else ALWAYS

    def of_application(self, stmt: ir.Let, found: list[ir.Stmt]) -> ir.Atom:
        """Whether what a statement gives is of another kind: by the kinds of its operands."""
        open_ones = list(dict.fromkeys(name for name in ir.reads(stmt.value) if is_mixed(self.types.get(name))))
        least: list[frozenset[str]] = []
        for count in range(len(open_ones) + 1):
            for chosen in map(frozenset, itertools.combinations(open_ones, count)):
                if not any(one <= chosen for one in least) and self.may_be_other(stmt, open_ones, chosen):
                    least.append(chosen)
        test: ir.Atom = NEVER
        for names in least:
            term: ir.Atom = ALWAYS
            for name in sorted(names):
                term = self.joined(both, term, self.others.get(name, ALWAYS), found)
            test = self.joined(either, test, term, found)
        return test

    def may_be_other(self, stmt: ir.Let, names: Sequence[str], others: frozenset[str]) -> bool:
        """Whether a statement may give another kind if these of its operands are of another kind, and the rest are not."""
        taken = self.taken[stmt.target]
        return any(not is_like(self.result(stmt.value, types), taken) for types in self.choices(names, others))

    def result(self, application: ir.Apply, types: dict[str, facts.Type]) -> facts.Type | None:
        """What an application gives where these names are of these types."""
        builder = Builder()
        known = {name: types.get(name) or self.types.get(name) for name in ir.reads(application)}
        builder.types.update({name: fact for name, fact in known.items() if fact is not None})
        return infer(application, builder.type_of)

    def choices(self, names: Sequence[str], others: frozenset[str]) -> Iterator[dict[str, facts.Type]]:
        """What is known of operands of several kinds, for each choice of these."""
        several: list[list[facts.Type]] = []
        for name in names:
            fact, taken = self.types[name], self.taken[name]
            assert isinstance(fact, facts.Num)
            kinds = [replace(fact, dtype=dtype, weak=weak, kinds=frozenset()) for dtype, weak in fact.kinds]
            several.append([one for one in kinds if not is_like(one, taken)] if name in others else [taken])
        for chosen in itertools.product(*several):
            yield dict(zip(names, chosen, strict=True))

    def type_of(self, atom: ir.Atom) -> facts.Type | None:
        return self.types.get(atom.name) if isinstance(atom, ir.Var) else constant_type(atom.value) if isinstance(atom, ir.Const) else None

    # --------------------------------------------------------------------------------------------------------- tests
    def made(self, function: object, args: tuple[ir.Atom, ...], found: list[ir.Stmt]) -> ir.Atom:
        name = self.fresh()
        found.append(ir.Let(name, ir.Apply(function, args)))  # type: ignore[arg-type]
        return ir.Var(name)

    def joined(self, function: object, a: ir.Atom, b: ir.Atom, found: list[ir.Stmt]) -> ir.Atom:
        """`a and b` or `a or b`."""
        decides, passes = (NEVER, ALWAYS) if function is both else (ALWAYS, NEVER)
        if decides in (a, b):
            return decides
        if passes in (a, b):
            return b if a == passes else a
        return a if a == b else self.made(function, (a, b), found)


def is_like(fact: facts.Type | None, taken: facts.Type) -> bool:
    """Whether a number is of the kind that compiled code takes it for; a double may be a number of Python's or of NumPy's."""
    assert isinstance(taken, facts.Num)
    same = isinstance(fact, facts.Num) and fact.dtype is not None and fact.dtype == taken.dtype
    return same and (taken.is_double or fact.weak is taken.weak)  # type: ignore[union-attr]
