"""What a loop changes, and how it is carried from one iteration to the next.

In: the body of a loop as a function of the index, and the state before it.  Out: the carried names, what they begin with and
what an iteration yields for them, found by running the body until they no longer change; and the state after the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from s2s import facts, ir
from s2s.specialise.carried_lists import CarriedLists
from s2s.specialise.carry import ATTEMPTS, Again, Carry, ChangingTest, Key, Loop, loose, marked, surely_runs, widened
from s2s.specialise.merge import SHARED
from s2s.specialise.places import Placing
from s2s.specialise.raising import Endless
from s2s.specialise.structures import (
    ARRAYS,
    ATOMS,
    LEAF,
    By,
    Structure,
    Window,
    flatten,
    flatten_cell,
    rebuild,
    rebuild_cell,
)
from s2s.specialise.values import (
    Array,
    Choice,
    Either,
    Ref,
    State,
    Value,
    cell_refs,
)
from s2s.specialise.windows import PARTS, Windows

if TYPE_CHECKING:
    from s2s.specialise.machine import Machine


UNSETTLED = "what this loop carries never settles to one kind of thing", "keep the structure of its variables the same"
MOST_ATOMS = 64
"""Where one of several arrays has more, it holds what it was before, and so has more each time."""


class Carries(CarriedLists, Windows, Placing):
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
        word: str = "",
        dead: frozenset[str] = frozenset(),
    ) -> None:
        """The loop statement, found by running its body until what it carries is stable.  `word`: the user's for its index."""
        origin = self.builder.origin and replace(self.builder.origin, index=word)
        loop = Loop(self.state, bounds, fact, body, test, hint, [("var", self.frames[-1].serial, name) for name in dead])
        self.bury(loop)
        for name in dict.fromkeys(names):
            owner = self.owner(name, self.frames[-1])
            key = ("var", getattr(owner, "serial", None), name)
            if owner is not None and loop.before.values.get(key, ir.UNDEFINED) != ir.UNDEFINED:
                self.begin(loop.carries, key, loop.before)
        self.outside_loops.append(self.builder.statements)
        self.carrying.append((loop.carries, loop.before))
        self.loop_starts.append((facts.newest(), self.builder.number))
        try:
            statement = self.settled(loop)
        finally:
            self.outside_loops.pop()
            self.carrying.pop()
            self.loop_starts.pop()
        if statement is not None:
            made = ir.For if bounds is not None else ir.While
            self.builder.emit(made(*statement, origin, slots))  # type: ignore[call-arg]

    def settled(self: Machine, loop: Loop) -> tuple[Any, ...] | None:
        """The parts of the loop statement once what it carries fits; None for a loop that does not run."""
        for _ in range(ATTEMPTS):
            try:
                return self.attempt(loop)
            except Again:
                continue
        self.state = loop.before
        raise self.refuse(*UNSETTLED)

    def begin(self: Machine, carries: dict[Key, Carry], key: Key, before: State, by_content: By = False) -> None:
        """Carry a variable or a cell, as it is before the loop."""
        heap = {**self.base, **before.heap}
        if key[0] == "cell":
            with self.builder.inside(self.outside_loops[-1]):
                content = self.content_as_carried(heap[key[1]], before, by_content)
            structure, inits = flatten_cell(content, {**self.base, **before.heap}, by_content)
        else:
            value = before.values.get(key, ir.UNDEFINED)
            if by_content:
                with self.builder.inside(self.outside_loops[-1]):
                    value = self.as_carried(value, before, by_content)
                heap = {**self.base, **before.heap}
            structure, inits = flatten(value, heap, by_content)
        self.set_carry(carries, key, Carry(structure, inits, [], by_content))

    def set_carry(self: Machine, carries: dict[Key, Carry], key: Key, carry: Carry) -> None:
        carry.types = [self.builder.type_of(atom) if atom != ir.UNDEFINED else None for atom in carry.inits]
        carry.types = [loose(fact) for fact in carry.types]
        carries[key] = carry

    def attempt(self: Machine, loop: Loop) -> tuple[Any, ...] | None:
        """One run of the body.  Raises Again, with its `carries` changed, if they do not fit."""
        carries, before, bounds = loop.carries, loop.before, loop.bounds
        self.state = before.copy()
        self.enter(carries)
        start = self.state.copy()
        with self.builder.block() as tests:
            condition = self.materialise(loop.test()) if loop.test is not None else None
        if self.changed(before, start, self.state):
            raise ChangingTest
        if condition == ir.Const(False):
            self.state = before
            return None
        index = self.builder.fresh(loop.hint, loop.fact)
        with self.builder.block() as statements:
            stop = self.iteration(loop, index, start)
            after = start if self.state.dead else self.state
            stops = stop is not None and self.truth(stop) is not False
            flag = [self.materialise(stop)] if stops and stop is not None else []
            self.check(carries, before, start, after)
            yields = [atom for key, carry in carries.items() for atom in self.leaves(key, carry, after)]
        block = ir.Block(tuple(statements), (*flag, *yields))
        arguments = tuple(var.name for carry in carries.values() for var in carry.arguments)
        inits = tuple(atom for carry in carries.values() for atom in carry.inits)
        results = self.leave(carries, before, bounds is not None and surely_runs(bounds))
        if bounds is not None:
            return index.name, bounds, arguments, inits, block, results, bool(flag)
        assert condition is not None
        return ir.Block(tuple(tests), (condition,)), arguments, inits, block, results, bool(flag)

    def iteration(self: Machine, loop: Loop, index: ir.Var, start: State) -> Value | None:
        """Run the body; whether the loop stops after it, where it may."""
        self.arms += 1
        self.body_starts.append(self.serial)
        try:
            stop = loop.body(index)
            self.bury(loop)
            self.sweep(start)
            return stop
        except Endless:
            self.state.dead = True
            return None
        finally:
            self.arms -= 1
            self.body_starts.pop()

    def enter(self: Machine, carries: dict[Key, Carry]) -> None:
        """The state at the start of an iteration: carried values are new names."""
        for key, carry in carries.items():
            hint = key[2].partition("@")[0] if key[0] == "var" else self.word_of(key, carry)
            words = [hint or self.builder.hint(init) for init in carry.inits]
            if isinstance(carry.by_content, Window):
                words = [PARTS[k % 3] for k in range(len(words))]
            carry.arguments = [self.builder.fresh(word, fact) for word, fact in zip(words, carry.types, strict=True)]
            self.builder.optional.update(
                var.name for var, init in zip(carry.arguments, carry.inits, strict=True) if self.is_optional(init)
            )
            self.install(key, carry, iter(carry.arguments))
            if isinstance(carry.by_content, Window):
                self.carried_steps.update(var.name for var in carry.arguments[2::3])
        self.pair_carried(carries)
        self.install_same(carries)
        self.lose(carries, self.state)

    def word_of(self: Machine, key: Key, carry: Carry) -> str:
        """What the user calls a list that a loop carries as a whole."""
        if len(carry.inits) != 1:
            return ""
        held = (k[2] for k, value in self.state.values.items() if k[0] == "var" and value == Ref(key[1]))
        return next((word for word in held if word.isidentifier()), "")

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
            was = self.state.heap.get(key[1])
            content = marked(rebuild_cell(carry.structure, atoms, self.allocate), was)
            self.state.heap[key[1]] = content
            for cell in cell_refs(content) if carry.frozen else ():
                self.freeze_any(cell, carry.frozen)
        else:
            value = rebuild(carry.structure, atoms, self.allocate)
            if carry.frozen and self.stores:
                value = self.hold(value)
            self.state.values[key] = value
            if carry.frozen:
                for cell in self.reachable(value):
                    self.freeze_any(cell, carry.frozen)

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
            raise Again

    def refit(self: Machine, carries: dict[Key, Carry], key: Key, carry: Carry, before: State, after: State) -> bool:
        """Change a carry so that the iteration's end fits; whether it had to be changed."""
        if carry.same_as is not None:
            return False
        if carry.by_content and self.became_place(key, before, after):
            structure, atoms = flatten(after.values[key], after.heap, False)
            carries[key] = Carry(structure, [ir.UNDEFINED] * len(atoms), [None] * len(atoms))
            return True
        if carry.by_content and self.keep_placed(carries, key, before, after):
            return True
        bounds = self.by_bounds(after.values.get(key)) if set(carry.inits) == {ir.UNDEFINED} else None
        if bounds is not None and not carry.by_content:
            carry.by_content = bounds
            return True
        try:
            structure, atoms = self.taken_apart(key, carry, after)
        except KeyError:
            return False
        if structure != carry.structure:
            return self.restructure(carries, key, carry, before, after, structure, atoms)
        joined = carry.structure.joined(structure, {**self.base, **before.heap})
        changed = joined.marks() != carry.structure.marks()
        carry.structure = joined
        for position, atom in enumerate(atoms):
            old = carry.types[position]
            new = self.outlived(self.builder.type_as(atom, old)) if atom != ir.UNDEFINED else old
            undefined = carry.inits[position] == ir.UNDEFINED and old is None
            wider = loose(new) if undefined and new is not None else widened(old, new)
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
            content = heap[key[1]]
            content = self.content_as_carried(content, state, carry.by_content)
            return flatten_cell(content, {**self.base, **state.heap}, carry.by_content)
        value = state.values.get(key, ir.UNDEFINED)
        if carry.by_content:
            value = self.as_carried(value, state, carry.by_content)
            heap = {**self.base, **state.heap}
        return flatten(value, heap, carry.by_content)

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
            return self.begin_new(carries, key, carry, before, after, structure, atoms)
        places = None if carry.has_copy else self.places_of(value, self.held_at(key, after), carry.by_content, before)
        if places is not None:
            self.begin(carries, key, before, places)
            return True
        if key[0] == "cell" and carry.by_content != ATOMS and carry.structure.head[0] in ("list", "dict", "instance"):
            self.begin(carries, key, before, by_content=ATOMS if carry.has_copy else ARRAYS)
            return True
        if key[0] == "cell":
            return self.made_dynamic(carries, key, key[1], before, after)
        if isinstance(value, (Ref, Array, Either, Choice)) and not carry.has_copy:
            self.begin(carries, key, before, self.window_of(carry, value, after.values[key], before) or True)
            return True
        if isinstance(value, Ref) and carry.structure.head[0] in ("list", "dynamic"):
            return self.made_dynamic(carries, key, value.cell, before, after)
        kinds = {carry.structure.head[0], structure.head[0]}
        if carry.structure != LEAF and structure != LEAF and kinds & {"static", "closure"}:
            reason = f"{key[2]} is a different function, or a different kind of thing, in each iteration"
            raise self.refuse(reason, "call it inside a branch")
        if carry.structure == LEAF:
            ends = after.values.get(key)
            if isinstance(ends, Array) and (ends.cell in {**self.base, **before.heap} or self.is_held_elsewhere(ends, after)):
                self.mixed.add(key)
            fits = carry.by_content and carry.types == [None]
            carry.by_content, carry.types = True, [None]
            return not fits
        self.state = before.copy()
        with self.builder.inside(self.outside_loops[-1]):
            atom = self.materialise(value)
        self.check_fields(self.builder.type_of(atom), "something else in another iteration")
        frozen = carry.frozen or (SHARED if self.is_held_elsewhere(value, before) else "")
        self.set_carry(carries, key, Carry(LEAF, [atom], [], True, frozen=frozen))
        carries[key].types = [None]
        return True

    def begin_new(
        self: Machine,
        carries: dict[Key, Carry],
        key: Key,
        carry: Carry,
        before: State,
        after: State,
        structure: Structure,
        atoms: list[ir.Atom],
    ) -> bool:
        """Carry what an iteration binds for the first time, unless it is the same in each; whether it is carried."""
        inside = self.refers_inside(structure, before)
        if structure.is_known and not inside:
            del carries[key]
            self.floating.add(key)
            return False
        if len(atoms) > MOST_ATOMS and structure.head[0] == "either":  # one more choice in each run of the body
            raise self.refuse(*UNSETTLED)
        if inside and not carry.has_copy:  # also what was a part, or one of several arrays, until it was one made inside
            carry.by_content = True
            structure, atoms = self.taken_apart(key, carry, after)
        carries[key] = Carry(structure, [ir.UNDEFINED] * len(atoms), [None] * len(atoms), carry.by_content)
        return True

    def leaves(self: Machine, key: Key, carry: Carry, after: State) -> list[ir.Atom]:
        """What an iteration yields for a carried value."""
        if carry.same_as is not None:
            return []
        structure, atoms = self.taken_apart(key, carry, after)
        if structure == carry.structure:
            return atoms
        with self.at_state(after):
            if key[0] == "cell":
                return [self.whole(Ref(key[1])).atom]
            return [self.materialise(after.values[key])]

    def leave(self: Machine, carries: dict[Key, Carry], before: State, runs: bool) -> tuple[str, ...]:
        """The state after the loop, which may be known to run: carried values are the results."""
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
            if isinstance(carry.by_content, Window):
                self.carried_steps.update(var.name for var in results[2::3])
            if not (runs and carry.renewed):
                self.pair(key, carry, before)
            names.extend(var.name for var in results)
        self.pair_carried(carries)
        self.install_same(carries)
        self.lose(carries, before)
        return tuple(names)
