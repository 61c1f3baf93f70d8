"""What functions that call themselves record: each call's residuals are a tuple in a list, known by its place there.

    def f_forward(x):                               def f_forward(x, frames):
        ...                                             ...
        y, saved = f_forward(x - 1)                     y, saved = f_forward(x - 1, frames)
        return y * x, (x, y, saved)                     return y * x, kept(frames, (x, y, saved))
                                             =>
    def f_reverse(f_saved, f_bar):                  def f_reverse(f_saved, f_bar, frames):
        x, y, saved = f_saved                           x, y, saved = frames[f_saved]
        ... f_reverse(saved, y_bar)                     ... f_reverse(saved, y_bar, frames)

A tuple in which there is another of its kind has no type in compiled code; a list of tuples of numbers and arrays has one.  The
list begins with a frame that nobody reads, which says of what kind the others are.  In: a function that calls such functions, as
copies that share no names.  Out: the same with numbers in the place of frames; as it is, where what a frame holds is not known to be
numbers, arrays and lists of these.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import replace

from s2s import facts, ir
from s2s.builder import constant_type
from s2s.emit.owners import moves, walk
from s2s.lower.copies import Halves
from s2s.lower.counting import newest
from s2s.subroutine import Subroutine, called
from s2s_runtime import containers, loops

Depths = dict[str, int]
"""Names of frames, and of lists of frames: how many lists are around one."""


def with_frames(function: ir.Function, halves: Sequence[Halves]) -> ir.Function:
    """The function with numbers in the place of frames."""
    if not halves:
        return function
    framing = Framing(function, halves)
    return framing.framed() if framing.is_known() else function


class Framing:
    """One function whose frames become numbers."""

    def __init__(self, function: ir.Function, halves: Sequence[Halves]) -> None:
        self.function, self.routines = function, list(called(function.body))
        self.pairs = [pair for pair in halves if pair.first in self.routines]
        self.loads = {pair.first: [let for let, _ in pair.loads()] for pair in self.pairs}
        self.read = {first: sorted(set(map(place_of, lets))) for first, lets in self.loads.items()}
        self.kinds: dict[Subroutine, tuple[facts.Type, ...]] = {}
        self.types, self.hints = dict(function.types), dict(function.hints)
        self.newest = newest(function)
        for name, depth in self.depths().items():
            fact: facts.Type = facts.INT
            for _ in range(depth):
                fact = facts.Listing(fact)
            self.types[name] = fact

    # --------------------------------------------------------------------------------------------------- which names
    def depths(self) -> Depths:
        """The names that frames have, and lists of frames."""
        found: Depths = {pair.second.parameters[0]: 0 for pair in self.pairs}
        firsts = {pair.first for pair in self.pairs}
        bodies = [self.function.body, *(routine.body for routine in self.routines)]
        lets = [stmt for body in bodies for stmt in walk(body) if isinstance(stmt, ir.Let)]
        both = {let.target for let in lets if let.value.function in firsts}
        for let in lets:
            if is_item(let) and let.value.args[0].name in both and let.value.args[1] == ir.Const(1):  # type: ignore[union-attr]
                found[let.target] = 0
        flows = [flow for body in bodies for flow in moves(body)]
        while True:
            before = len(found)
            for name, atom in flows:
                if isinstance(atom, ir.Var) and atom.name in found:
                    found.setdefault(name, found[atom.name])
            for let in lets:
                self.follow(let, found)
            self.through_frames(found)
            if len(found) == before:
                return found

    def follow(self, let: ir.Let, found: Depths) -> None:
        """What becomes of a frame, or of a list of frames, in a statement."""
        function, args = let.value.function, let.value.args
        depths = [found.get(arg.name) if isinstance(arg, ir.Var) else None for arg in args]
        if function is containers.append and depths[1] is not None:
            found.setdefault(let.target, depths[1] + 1)
        elif function in (containers.append, containers.drop_last) and depths[0]:
            found.setdefault(let.target, depths[0])
        elif is_item(let) and depths[0]:
            found.setdefault(let.target, depths[0] if ir.slice_parts(args[1]) is not None else depths[0] - 1)

    def through_frames(self, found: Depths) -> None:
        """What was in a frame is what is read of it."""
        for pair in self.pairs:
            for let, item in pair.loads():
                if isinstance(item, ir.Var) and item.name in found:
                    found.setdefault(let.target, found[item.name])

    # ---------------------------------------------------------------------------------------------- what frames hold
    def items(self, pair: Halves) -> list[ir.Atom]:
        """What a frame holds: of what the first half keeps, all that the second one reads."""
        return [pair.items[k] for k in self.read[pair.first]]

    def is_known(self) -> bool:
        """Whether all that frames hold is numbers, arrays and lists of these."""
        for pair in self.pairs:
            kinds = [self.types.get(item.name) if isinstance(item, ir.Var) else constant_type(item.value) for item in self.items(pair)]  # type: ignore[union-attr]
            if not all(map(is_plain, kinds)):
                return False
            self.kinds[pair.first] = tuple(kinds)  # type: ignore[arg-type]
        return True

    def blank(self, fact: facts.Type, statements: list[ir.Stmt]) -> ir.Atom:
        """A value of a kind."""
        if isinstance(fact, facts.Listing):
            return self.made(loops.no_items, (self.blank(fact.item, statements),), fact, statements)  # type: ignore[arg-type]
        assert isinstance(fact, facts.Num)
        assert fact.dtype is not None
        zero = ir.Const(fact.dtype.type(0) if fact.dtype.itemsize == 4 else fact.dtype.type(0).item())
        if not fact.shape:
            return zero
        lengths = ir.Const(0) if len(fact.shape) == 1 else ir.Const((0,) * len(fact.shape))
        own = replace(fact, shape=tuple([facts.as_dim(0) for _ in fact.shape]))
        return self.made(loops.blank, (lengths, ir.Const(fact.dtype.type)), own, statements)

    # ---------------------------------------------------------------------------------------------------- the program
    def framed(self) -> ir.Function:
        begin: list[ir.Stmt] = []
        names: dict[Subroutine, str] = {}
        for pair in self.pairs:
            record = ir.Pack(tuple, tuple([self.blank(fact, begin) for fact in self.kinds[pair.first]]))
            word = pair.first.name.removesuffix("_forward") + "_frames"
            names[pair.first] = self.made(loops.frames, (record,), facts.Opaque(list), begin, word).name
        needed = self.needed()
        for routine in self.routines:
            own = {first: self.name(self.hints[names[first]], facts.Opaque(list)).name for first in needed[routine]}
            body = self.calling(routine.body, own, needed)
            routine.body = self.with_record(routine, body, own)
            routine.parameters = (*routine.parameters, *own.values())
        body = self.calling(self.function.body, names, needed)
        loads = [stmt for stmt in body.statements if self.is_load(stmt)]
        rest = [stmt for stmt in body.statements if not self.is_load(stmt)]
        body = ir.Block((*loads, *begin, *rest), body.yields)
        return replace(self.function, body=body, types=self.types, hints=self.hints)

    def is_load(self, stmt: ir.Stmt) -> bool:
        return isinstance(stmt, ir.Let) and stmt.origin is None and is_item(stmt) and stmt.value.args[0].name in {  # type: ignore[union-attr]
            parameter.name for parameter in self.function.parameters
        }

    def needed(self) -> dict[Subroutine, list[Subroutine]]:
        """Whose frames a subroutine keeps or reads, by itself or in what it calls."""
        firsts = {pair.second: pair.first for pair in self.pairs}
        own = {pair.first: pair.first for pair in self.pairs} | firsts
        found = {}
        for routine in self.routines:
            reached = [routine, *called(routine.body)]
            found[routine] = list(dict.fromkeys(own[one] for one in reached if one in own))
        return found

    def with_record(self, routine: Subroutine, body: ir.Block, own: Mapping[Subroutine, str]) -> ir.Block:
        """The body of a half that keeps a frame, or reads one."""
        for pair in self.pairs:
            if routine is pair.first:
                return self.keeping(pair, body, own[routine])
            if routine is pair.second:
                return self.reading(pair, body, own[pair.first])
        return body

    def keeping(self, pair: Halves, body: ir.Block, frames: str) -> ir.Block:
        """A first half that puts its frame into the list, and gives its number."""
        statements = list(body.statements)
        items = [self.held(item, fact, statements) for item, fact in zip(self.items(pair), self.kinds[pair.first], strict=True)]
        number = self.made(loops.kept, (ir.Var(frames), ir.Pack(tuple, tuple(items))), facts.INT, statements)
        (result,) = body.yields
        assert isinstance(result, ir.Pack)
        assert isinstance(pair.first.fact, facts.Record)
        pair.first.fact = facts.Record(tuple, (pair.first.fact.items[0], facts.INT))
        return ir.Block(tuple(statements), (ir.Pack(tuple, (result.items[0], number)),))

    def reading(self, pair: Halves, body: ir.Block, frames: str) -> ir.Block:
        """A second half that takes its frame from the list."""
        begin: list[ir.Stmt] = []
        given = ir.Var(pair.second.parameters[0])
        places = {id(let): self.read[pair.first].index(place_of(let)) for let in self.loads[pair.first]}
        frame = self.made(loops.frame, (ir.Var(frames), given), facts.Record(tuple, self.kinds[pair.first]), begin)

        def from_frame(stmt: ir.Stmt) -> ir.Stmt:
            if not isinstance(stmt, ir.Let) or id(stmt) not in places:
                return stmt
            return replace(stmt, value=replace(stmt.value, args=(frame, ir.Const(places[id(stmt)]))))

        return ir.Block((*begin, *map(from_frame, body.statements)), body.yields)

    def held(self, item: ir.Atom, fact: facts.Type, statements: list[ir.Stmt]) -> ir.Atom:
        """An item as a frame holds it: an array that lies in order."""
        if isinstance(fact, facts.Num) and fact.shape:
            return self.made(loops.in_order, (item,), self.types[item.name], statements)  # type: ignore[union-attr]
        return item

    def calling(self, block: ir.Block, names: Mapping[Subroutine, str], needed: Mapping[Subroutine, Sequence[Subroutine]]) -> ir.Block:
        """A block whose calls hand on the lists of frames."""

        def changed(stmt: ir.Stmt) -> ir.Stmt:
            if isinstance(stmt, ir.Let):
                more = tuple([ir.Var(names[first]) for first in needed.get(stmt.value.function, ())])  # type: ignore[call-overload]
                return replace(stmt, value=replace(stmt.value, args=(*stmt.value.args, *more))) if more else stmt
            return ir.map_blocks(stmt, lambda inner: self.calling(inner, names, needed))

        return ir.Block(tuple([changed(stmt) for stmt in block.statements]), block.yields)

    # ----------------------------------------------------------------------------------------------------------- names
    def name(self, hint: str, fact: facts.Type) -> ir.Var:
        self.newest += 1
        name = f"#{self.newest}"
        self.types[name] = fact
        if hint:
            self.hints[name] = hint
        return ir.Var(name)

    def made(self, function: object, args: tuple[ir.Atom, ...], fact: facts.Type, statements: list[ir.Stmt], hint: str = "") -> ir.Var:
        target = self.name(hint, fact)
        statements.append(ir.Let(target.name, ir.Apply(function, args)))  # type: ignore[arg-type]
        return target


def is_item(let: ir.Let) -> bool:
    """Whether a statement reads an item of what has a name."""
    return let.value.function is operator.getitem and isinstance(let.value.args[0], ir.Var)


def place_of(let: ir.Let) -> int:
    """Which item a statement reads."""
    place = let.value.args[1]
    assert isinstance(place, ir.Const)
    return int(place.value)


def is_plain(fact: facts.Type | None) -> bool:
    """Whether values of a type are numbers, arrays of a known rank, or lists of these."""
    if isinstance(fact, facts.Listing):
        return is_plain(fact.item)
    if not isinstance(fact, facts.Num) or fact.dtype is None or fact.boxed:
        return False
    return fact.dtype.kind in "fciub" and fact.shape is not None
