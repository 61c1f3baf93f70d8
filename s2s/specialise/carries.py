"""What a loop changes, and how it is carried from one iteration to the next.

In: the body of a loop as a function of the index, and the state before it.  Out: the carried names, what they begin with and
what an iteration yields for them, found by running the body until they no longer change; and the state after the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.specialise.merge import LOST, SHARED
from s2s.specialise.values import (
    ARRAYS,
    ATOMS,
    LEAF,
    Array,
    ArrayCell,
    By,
    Cell,
    DynamicCell,
    Either,
    ListCell,
    Ref,
    State,
    Structure,
    Value,
    cell_refs,
    flatten,
    flatten_cell,
    rebuild,
    rebuild_cell,
    refs,
)  # fmt: skip

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine

ATTEMPTS = 12
Key = Any


@dataclass
class Carry:
    """How one variable or cell is carried: its structure, what it begins with, and what is known of its atoms.

    `by_content`: it is another container or array in each iteration, with memory of its own in ours.  `frozen`: others hold
    that memory too, so that it must not be changed.  `changed`: an iteration changes it in place.  `same_as`: the name that
    holds the same array at the end of each iteration; it is carried once.
    """

    structure: Structure
    inits: list[ir.Atom]
    types: list[facts.Type | None]
    by_content: By = False
    arguments: list[ir.Var] = field(default_factory=list)
    frozen: str = ""
    changed: bool = False
    others: bool = False
    began: tuple[int, ...] = ()
    same_as: Key | None = None


class ChangingTest(Exception):
    """The test of a loop changes what the loop carries."""


class _Again(Exception):
    """The body showed that something is carried in another way: run it once more."""


class Carries:
    """What the Machine knows of what loops carry."""

    def carried_loop(
        self: Machine,
        names: list[str],
        bounds: tuple[ir.Atom, ir.Atom, ir.Atom] | None,
        fact: facts.Type | None,
        body: Callable[[ir.Var], Value | None],
        test: Callable[[], Value] | None,
        hint: str,
        slots: ir.Atom | None = None,
    ) -> None:
        """The loop statement, found by running its body until what it carries is stable."""
        origin = self.builder.origin
        before = self.state
        carries: dict[Key, Carry] = {}
        for name in dict.fromkeys(names):
            owner = self.owner(name, self.frames[-1])
            key = ("var", getattr(owner, "serial", None), name)
            if owner is not None and before.values.get(key, ir.UNDEFINED) != ir.UNDEFINED:
                self.begin(carries, key, before)
        self.outside_loops.append(self.builder.statements)
        self.loop_starts.append((facts.newest(), self.builder.number))
        try:
            statement = self.settled(carries, before, bounds, fact, body, test, hint)
        finally:
            self.outside_loops.pop()
            self.loop_starts.pop()
        if statement is not None:
            made = ir.For if bounds is not None else ir.While
            self.builder.emit(made(*statement, origin, slots))

    def settled(
        self: Machine,
        carries: dict[Key, Carry],
        before: State,
        bounds: Any,
        fact: facts.Type | None,
        body: Callable[[ir.Var], Value | None],
        test: Callable[[], Value] | None,
        hint: str,
    ) -> tuple[Any, ...] | None:
        """The parts of the loop statement once what it carries fits; None for a loop that does not run."""
        for _ in range(ATTEMPTS):
            try:
                return self.attempt(carries, before, bounds, fact, body, test, hint)
            except _Again:
                continue
        self.state = before
        raise self.refuse(
            "what this loop carries never settles to one kind of thing", "keep the structure of its variables the same"
        )

    def begin(self: Machine, carries: dict[Key, Carry], key: Key, before: State, by_content: By = False) -> None:
        """Carry a variable or a cell, as it is before the loop."""
        heap = {**self.base, **before.heap}
        if key[0] == "cell":
            structure, inits = flatten_cell(heap[key[1]], heap, by_content)
        else:
            value = before.values.get(key, ir.UNDEFINED)
            if by_content:
                with self.builder.inside(self.outside_loops[-1]):
                    value = self.as_buffer(value, before)
                heap = {**self.base, **before.heap}
            structure, inits = flatten(value, heap, by_content)
        self.set_carry(carries, key, Carry(structure, inits, [], by_content))

    def set_carry(self: Machine, carries: dict[Key, Carry], key: Key, carry: Carry) -> None:
        carry.types = [self.builder.type_of(atom) if atom != ir.UNDEFINED else None for atom in carry.inits]
        carry.types = [_loose(fact) for fact in carry.types]
        carries[key] = carry

    def attempt(
        self: Machine,
        carries: dict[Key, Carry],
        before: State,
        bounds: Any,
        fact: facts.Type | None,
        body: Callable[[ir.Var], Value | None],
        test: Callable[[], Value] | None,
        hint: str,
    ) -> tuple[Any, ...] | None:
        """One run of the body.  Raises _Again, with `carries` changed, if they do not fit."""
        self.state = before.copy()
        self.enter(carries)
        start = self.state.copy()
        with self.builder.block() as tests:
            condition = self.materialise(test()) if test is not None else None
        if self.changed(before, start, self.state):
            raise ChangingTest
        if condition == ir.Const(False):
            self.state = before
            return None
        index = self.builder.fresh(hint, fact)
        with self.builder.block() as statements:
            self.arms += 1
            try:
                stop = body(index)
            finally:
                self.arms -= 1
            after = self.state
            dead = after.dead
            if dead:
                after = start
            stops = stop is not None and self.truth(stop) is not False
            flag = [self.materialise(stop)] if stops and stop is not None else []
            self.check(carries, before, start, after)
            yields = [atom for key, carry in carries.items() for atom in self.leaves(key, carry, after)]
        block = ir.Block(tuple(statements), (*flag, *yields))
        arguments = tuple(var.name for carry in carries.values() for var in carry.arguments)
        inits = tuple(atom for carry in carries.values() for atom in carry.inits)
        results = self.leave(carries, before)
        if bounds is not None:
            return index.name, bounds, arguments, inits, block, results, bool(flag)
        assert condition is not None
        return ir.Block(tuple(tests), (condition,)), arguments, inits, block, results, bool(flag)

    def enter(self: Machine, carries: dict[Key, Carry]) -> None:
        """The state at the start of an iteration: carried values are new names."""
        for key, carry in carries.items():
            hint = key[2].partition("@")[0] if key[0] == "var" else ""
            carry.arguments = [
                self.builder.fresh(hint or self.builder.hint(init), fact)
                for init, fact in zip(carry.inits, carry.types, strict=True)
            ]
            self.builder.optional.update(
                var.name for var, init in zip(carry.arguments, carry.inits, strict=True) if self.is_optional(init)
            )
            self.install(key, carry, iter(carry.arguments))
        self.install_same(carries)
        self.lose(carries, self.state)

    def is_optional(self: Machine, atom: ir.Atom) -> bool:
        """Whether a value may be undefined."""
        return atom == ir.UNDEFINED or (isinstance(atom, ir.Var) and atom.name in self.builder.optional)

    def install_same(self: Machine, carries: dict[Key, Carry]) -> None:
        for key, carry in carries.items():
            if carry.same_as is not None:
                self.state.values[key] = self.state.values[carry.same_as]

    def install(self: Machine, key: Key, carry: Carry, atoms: Iterator[ir.Atom]) -> None:
        if carry.same_as is not None:
            return
        if key[0] == "cell":
            self.state.heap[key[1]] = content = rebuild_cell(carry.structure, atoms, self.allocate)
            for cell in cell_refs(content) if carry.frozen else ():
                self.freeze_cell(Array(cell), carry.frozen)
        else:
            value = rebuild(carry.structure, atoms, self.allocate)
            if carry.frozen and self.stores:
                value = self.hold(value)
            self.state.values[key] = value
            if carry.frozen:
                for cell in refs(value):
                    self.freeze_cell(Array(cell), carry.frozen)

    def check(self: Machine, carries: dict[Key, Carry], before: State, start: State, after: State) -> None:
        """Whether the end of an iteration fits its start; if not, carry more, or in another way."""
        again = False
        for key in self.changed(before, start, after):
            if key not in carries and key not in self.floating:
                self.begin(carries, key, before)
                again = True
        for key, carry in list(carries.items()):
            again |= self.refit(carries, key, carry, before, after)
        if again or self.shares(carries, before, start, after):
            raise _Again

    def changed(self: Machine, before: State, start: State, after: State) -> list[Key]:
        """The variables and cells that were there before a loop, or can be read behind it, and differ in two states."""
        cells = [("cell", cell, "") for cell in {**self.base, **before.heap}]
        keys = dict.fromkeys([*cells, *before.values, *after.values])
        seen = [key for key in keys if key[0] != "var" or self.visible(key, before)]
        return [key for key in seen if self.held_at(key, start) != self.held_at(key, after)]

    def visible(self: Machine, key: Key, before: State) -> bool:
        """Whether a variable can be read after the loop: it is of a frame that was there before."""
        return key in before.values or any(frame.serial == key[1] for frame in self.frames)

    def held_at(self: Machine, key: Key, state: State) -> Any:
        if key[0] == "cell":
            return state.heap.get(key[1])
        return state.values.get(key, ir.UNDEFINED)

    def refit(self: Machine, carries: dict[Key, Carry], key: Key, carry: Carry, before: State, after: State) -> bool:
        """Change a carry so that the iteration's end fits; whether it had to be changed."""
        if carry.same_as is not None:
            return False
        try:
            structure, atoms = self.taken_apart(key, carry, after)
        except KeyError:
            return False
        if structure != carry.structure:
            return self.restructure(carries, key, carry, before, after, structure, atoms)
        changed = key[0] == "cell" and structure.frozen != carry.structure.frozen
        if changed:
            carry.structure = replace(carry.structure, frozen=structure.frozen)
        for position, atom in enumerate(atoms):
            old = carry.types[position]
            new = self.outlived(self.builder.type_as(atom, old)) if atom != ir.UNDEFINED else old
            undefined = carry.inits[position] == ir.UNDEFINED and old is None
            wider = _loose(new) if undefined and new is not None else _widened(old, new)
            if wider != old:
                carry.types[position] = wider
                changed = True
        return changed

    def outlived(self: Machine, fact: facts.Type | None) -> facts.Type | None:
        """A type as the next iteration sees it: lengths that were found in an iteration are others in the next."""
        symbols, names = self.loop_starts[-1]

        def change(dim: facts.Dim) -> facts.Dim:
            inner = any(s.serial > symbols or any(int(n[1:]) > names for n in s.names) for s in dim.symbols)
            return facts.fresh(varies=True) if inner and not dim.varies else dim

        return facts.with_dims(fact, change)

    def taken_apart(self: Machine, key: Key, carry: Carry, state: State) -> tuple[Structure, list[ir.Atom]]:
        heap = {**self.base, **state.heap}
        if key[0] == "cell":
            return flatten_cell(heap[key[1]], heap, carry.by_content)
        value = state.values.get(key, ir.UNDEFINED)
        if carry.by_content:
            value = self.as_buffer(value, state)
            heap = {**self.base, **state.heap}
        return flatten(value, heap, carry.by_content)

    def as_buffer(self: Machine, value: Value, state: State) -> Value:
        """A view, or a choice of arrays, as an array of its own with the same content."""
        if not self.is_array_choice(value) and not (isinstance(value, Array) and value.steps):
            return value
        held, self.state = self.state, state.copy()
        try:
            atom = self.materialise(value)
        finally:
            self.state = held
        number = self.number()
        state.heap[number] = ArrayCell(atom)
        return Array(number)

    def restructure(
        self: Machine,
        carries: dict[Key, Carry],
        key: Key,
        carry: Carry,
        before: State,
        after: State,
        structure: Structure,
        atoms: list[ir.Atom],
    ) -> bool:
        """The structure at the end differs from the one at the start: find one that both have."""
        value = self.held_at(key, before)
        if value == ir.UNDEFINED or value is None:
            if structure.head[0] == "static" and structure is not LEAF and not self.refers_inside(structure, before):
                del carries[key]
                self.floating.add(key)
                return False
            if self.refers_inside(structure, before) and not carry.by_content:
                carry.by_content = True
                structure, atoms = self.taken_apart(key, carry, after)
            carries[key] = Carry(structure, [ir.UNDEFINED] * len(atoms), [None] * len(atoms), carry.by_content)
            return True
        if key[0] == "cell" and carry.by_content != ATOMS and carry.structure.head[0] in ("list", "dict", "instance"):
            self.begin(carries, key, before, by_content=ATOMS if carry.by_content else ARRAYS)
            return True
        if key[0] == "cell":
            atom = self.whole_cell(key[1], before)
            self.set_carry(carries, key, Carry(Structure(("dynamic",), (LEAF,)), [atom], []))
            return carry.structure.head != ("dynamic",) or self._stuck(key)
        if isinstance(value, (Ref, Array, Either)) and not carry.by_content:
            self.begin(carries, key, before, by_content=True)
            return True
        if isinstance(value, Ref) and carry.structure.head[0] in ("list", "dynamic"):
            atom = self.whole_cell(value.cell, before)
            self.set_carry(carries, key, Carry(Structure(("dynamic",), (LEAF,)), [atom], [], True))
            return True
        if carry.structure != LEAF and structure != LEAF and "static" in (carry.structure.head[0], structure.head[0]):
            raise self.refuse(
                f"{key[2]} is a different function, or a different kind of thing, in each iteration",
                "call it inside a branch",
            )
        if carry.structure == LEAF:
            fits = carry.by_content and carry.types == [None]
            carry.by_content, carry.types = True, [None]
            return not fits
        self.state = before.copy()
        with self.builder.inside(self.outside_loops[-1]):
            atom = self.materialise(value)
        self.set_carry(carries, key, Carry(LEAF, [atom], [], True, frozen=carry.frozen))
        carries[key].types = [None]
        return True

    def _stuck(self: Machine, key: Key) -> bool:
        return False

    def whole_cell(self: Machine, cell: int, before: State) -> ir.Atom:
        held, self.state = self.state, before.copy()
        try:
            content: Cell = self.cell(Ref(cell))
            if isinstance(content, (ListCell, DynamicCell)):
                atom = self.snapshot(Ref(cell))
                before.heap.update(self.state.heap)
                return atom
            raise self.refuse("a loop adds keys to a dict", "use keys that are there before the loop, or a list")
        finally:
            self.state = held

    def leaves(self: Machine, key: Key, carry: Carry, after: State) -> list[ir.Atom]:
        """What an iteration yields for a carried value."""
        if carry.same_as is not None:
            return []
        structure, atoms = self.taken_apart(key, carry, after)
        if structure == carry.structure:
            return atoms
        held, self.state = self.state, after
        try:
            if key[0] == "cell":
                return [self.snapshot(Ref(key[1]))]
            return [self.materialise(after.values[key])]
        finally:
            self.state = held

    def leave(self: Machine, carries: dict[Key, Carry], before: State) -> tuple[str, ...]:
        """The state after the loop: carried values are the results."""
        floating = {key: self.state.values[key] for key in self.floating if key in self.state.values}
        self.state = before.copy()
        self.state.values.update(floating)
        names: list[str] = []
        for key, carry in carries.items():
            results = [
                self.builder.fresh(self.builder.hint(var), facts.renewed(self.builder.type_of(var)))
                for var in carry.arguments
            ]
            self.builder.optional.update(
                var.name for var, init in zip(results, carry.inits, strict=True) if self.is_optional(init)
            )
            self.install(key, carry, iter(results))
            names.extend(var.name for var in results)
        self.install_same(carries)
        self.lose(carries, before)
        return tuple(names)

    # ------------------------------------------------------------------------------------- arrays under several names
    def refers_inside(self: Machine, structure: Structure, before: State) -> bool:
        """Whether a structure refers to a container, or to an array that was not there before the loop."""
        head = structure.head
        if isinstance(head, tuple) and head[0] == "static":
            return isinstance(head[1], Ref) or self.is_array_choice(head[1])
        if isinstance(head, tuple) and head[0] == "array":
            return head[1] not in before.heap and head[1] not in self.base
        return any(self.refers_inside(child, before) for child in structure.children)

    def lose(self: Machine, carries: dict[Key, Carry], before: State) -> None:
        """What a name that is carried by content began with, as its other holders see it.

        In the loop the name goes from array to array.  If it changes what it holds, nobody can say which of them has what;
        if it only reads, nobody may change them.
        """
        for carry in carries.values():
            if not carry.by_content:
                continue
            for cell in carry.began:
                content = self.state.heap.get(cell)
                if isinstance(content, ArrayCell) and carry.others and content.frozen != LOST:
                    self.state.heap[cell] = replace(content, frozen=LOST if carry.changed else content.frozen or SHARED)

    def shares(self: Machine, carries: dict[Key, Carry], before: State, start: State, after: State) -> bool:
        """Whether it was found that what is carried by content is changed, or that others hold it too."""
        if self.joins(carries, before, after):
            return True
        content = {key: carry for key, carry in carries.items() if carry.by_content and carry.same_as is None}
        first = {key: self.arrays_in(key, before) for key in content}
        last = {key: self.arrays_in(key, after) for key in content}
        begun = {cell for cells in first.values() for cell in cells}
        found = False
        for key, carry in content.items():
            was = carry.changed, carry.frozen, carry.others, carry.began
            own = self.arrays_in(key, start)
            carry.changed |= any(start.heap.get(cell) != after.heap.get(cell) for cell in own)
            carry.began = tuple(sorted({*first[key], *(cell for cell in last[key] if cell in before.heap)}))
            carry.others = any(before.holders(cell) > 1 for cell in carry.began)
            if self.is_shared(carries, key, first, last, begun, after):
                if carry.by_content == ATOMS:
                    raise self.refuse(SHARED, "make a new one instead of changing it")
                carry.frozen = SHARED
                for cell in last[key]:
                    if cell in before.heap and cell not in begun:
                        self.freeze_in(before, cell)
            found |= was != (carry.changed, carry.frozen, carry.others, carry.began)
        return found

    def joins(self: Machine, carries: dict[Key, Carry], before: State, after: State) -> bool:
        """Whether two names were found that end each iteration on one array, and begin on one, or the other undefined.

            new = np.sin(h); h = new
        """
        for key, carry in carries.items():
            if carry.same_as is not None:
                if after.values.get(key) != after.values.get(carry.same_as):
                    raise self.refuse("two names of one array part in some iterations of a loop", "copy the array")
                continue
            value = after.values.get(key)
            if key[0] == "cell" or not carry.by_content or not isinstance(value, Array) or value.steps:
                continue
            for other, twin in carries.items():
                if other == key or other[0] == "cell" or not twin.by_content or twin.same_as is not None:
                    continue
                begins = before.values.get(key, ir.UNDEFINED), before.values.get(other, ir.UNDEFINED)
                if after.values.get(other) == value and begins[0] in (ir.UNDEFINED, begins[1]):
                    carries[key] = Carry(LEAF, [], [], True, same_as=other)
                    return True
        return False

    def is_shared(
        self: Machine,
        carries: dict[Key, Carry],
        key: Key,
        first: dict[Key, set[int]],
        last: dict[Key, set[int]],
        begun: set[int],
        after: State,
    ) -> bool:
        """Whether another name holds an array of this one at the start of an iteration."""
        if any(other != key and first[other] & first[key] for other in first):
            return True
        for other, value in after.values.items():
            if other == key or not self.visible(other, after) or getattr(carries.get(other), "same_as", None) == key:
                continue
            common = _arrays(value, after) & last[key]
            if common and (other in last or common - begun):
                return True
        own = _reachable(self.holder(key, after), after)
        held = {ref for cell, content in after.heap.items() if cell not in own for ref in cell_refs(content)}
        return bool(last[key] & held - begun)

    def arrays_in(self: Machine, key: Key, state: State) -> set[int]:
        """The cells of the arrays that a variable or a container holds."""
        return _arrays(self.holder(key, state), state)

    def holder(self: Machine, key: Key, state: State) -> Value:
        return Ref(key[1]) if key[0] == "cell" else state.values.get(key, ir.UNDEFINED)

    def freeze_in(self: Machine, state: State, cell: int) -> None:
        content = state.heap[cell]
        if isinstance(content, ArrayCell) and not content.frozen:
            state.heap[cell] = replace(content, frozen=SHARED)


def _arrays(value: Value, state: State) -> set[int]:
    """The cells of the arrays in a value, and in the containers in it."""
    return {cell for cell in _reachable(value, state) if isinstance(state.heap[cell], ArrayCell)}


def _reachable(value: Value, state: State) -> set[int]:
    """The cells of a value, and of the containers in it."""
    pending, found = list(refs(value)), set()
    while pending:
        cell = pending.pop()
        content = state.heap.get(cell)
        if content is not None and cell not in found:
            found.add(cell)
            pending.extend(cell_refs(content))
    return found


def _loose(fact: facts.Type | None) -> facts.Type | None:
    """A type without the value of an integer: a loop changes it."""
    if isinstance(fact, facts.Num) and fact.length is not None:
        return facts.Num(fact.dtype, fact.shape, fact.weak)
    return fact


def _widened(old: facts.Type | None, new: facts.Type | None) -> facts.Type | None:
    """The type of a carried name that holds the old or the new; stable once lengths that differ vary."""
    joined = facts.join(old, _loose(new))
    if (
        isinstance(joined, facts.Num)
        and isinstance(old, facts.Num)
        and joined.shape is not None
        and old.shape is not None
    ):
        pairs = zip(old.shape, joined.shape, strict=True)
        shape = tuple(a if a == b or a.varies else facts.fresh(varies=True) for a, b in pairs)
        return facts.Num(joined.dtype, shape, joined.weak)
    if isinstance(joined, facts.Listing) and isinstance(old, facts.Listing):
        return facts.Listing(_widened(old.item, joined.item) if old.item is not None else joined.item)
    return joined
