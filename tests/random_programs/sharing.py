"""Statements after which an array has several holders: names, lists, dicts, objects; and those that then change who holds what."""

from __future__ import annotations

from collections.abc import Callable

from random_programs import arrays, statements
from random_programs.expressions import test
from random_programs.kinds import Array, Holder, Listing, Shape
from random_programs.scope import Scope

Lines = list[str]
Write = Callable[[Scope], Lines]

STATE = ["class State:", "    def __init__(self, u, v):", "        self.u = u", "        self.v = v", ""]
"""A class whose objects hold two arrays."""


def offered(scope: Scope) -> list[tuple[int, Write]]:
    """What may stand here."""
    if not scope.arrays():
        return []
    options: list[tuple[int, Write]] = []
    if scope.has("holders"):
        options += [(2, hold)] + ([(3, hold_another)] if scope.holders() else [])
    if scope.has("kept_arrays"):
        options += [(2, begin)] + ([(4, keep), (4, take), (2, put)] if array_listings(scope) else [])
    if scope.has("array_aliases"):
        options += [(2, one_of_two), (2, move)]
    return options


def array_listings(scope: Scope) -> list[tuple[str, Shape]]:
    return [(name, kind.item.shape) for name, kind in scope.listings() if isinstance(kind.item, Array)]


def count_of(scope: Scope, name: str) -> int:
    """How many items a list surely has."""
    kind = scope.kinds[name]
    return kind.count if isinstance(kind, Listing) else 0


def named(scope: Scope, shape: Shape) -> str:
    """An array that is held already, if there is one of this shape; seldom a new one."""
    known = [name for name, have in scope.arrays() if have == shape]
    return scope.choices.pick(known) if known and scope.choices.chance(80) else arrays.squashed(scope, shape)


# ------------------------------------------------------------------------------------------------- dicts and objects
def hold(scope: Scope) -> Lines:
    """A dict or an object that holds two arrays, one of them twice at times."""
    shapes = [scope.some_shape(), scope.some_shape()]
    first, second = (named(scope, shape) for shape in shapes)
    if scope.has("objects") and scope.choices.chance(50):
        kind = Holder((".u", ".v"), tuple(shapes))
        return [f"{scope.bind('state', kind)} = State({first}, {second})"]
    kind = Holder(("['u']", "['v']"), tuple(shapes))
    return [f"{scope.bind('both', kind)} = {{'u': {first}, 'v': {second}}}"]


def hold_another(scope: Scope) -> Lines:
    """Another array in the place of one, or the two exchanged."""
    name, kind = scope.choices.pick(scope.holders())
    if kind.shapes[0] == kind.shapes[1] and scope.choices.chance(40):
        one, other = (name + place for place in kind.places)
        return [f"{one}, {other} = {other}, {one}"]
    k = scope.choices.integer(0, 1)
    return [f"{name}{kind.places[k]} = {named(scope, kind.shapes[k])}"]


# -------------------------------------------------------------------------------------------------------------- lists
def begin(scope: Scope) -> Lines:
    """A list of arrays that have names."""
    shape = scope.choices.pick(scope.arrays())[1]
    text = ", ".join(named(scope, shape) for _ in range(scope.choices.integer(1, 2)))
    return [f"{scope.bind('kept', Listing(1, Array(shape)))} = [{text}]"]


def keep(scope: Scope) -> Lines:
    """An array that has a name appended to a list: both hold it."""
    name, shape = scope.choices.pick(array_listings(scope))
    kind, text = scope.kinds[name], named(scope, shape)
    if scope.depth == 0 and isinstance(kind, Listing):
        scope.kinds[name] = Listing(kind.count + 1, kind.item)
    return [f"{name}.append({text})"]


def take(scope: Scope) -> Lines:
    """A name for an item of a list."""
    name, shape = scope.choices.pick(array_listings(scope))
    count = count_of(scope, name)
    if not count:
        return keep(scope)
    place = scope.choices.pick([-1, *range(count)])
    return [f"{scope.bind('item', Array(shape))} = {name}[{place}]"]


def put(scope: Scope) -> Lines:
    """An array that has a name in the place of an item."""
    name, shape = scope.choices.pick(array_listings(scope))
    count = count_of(scope, name)
    if not count:
        return keep(scope)
    return [f"{name}[{scope.choices.integer(0, count - 1)}] = {named(scope, shape)}"]


# -------------------------------------------------------------------------------------------------------------- names
def one_of_two(scope: Scope) -> Lines:
    """A name for one of two arrays, whichever a test says."""
    shape = scope.choices.pick(scope.arrays())[1]
    text = f"{named(scope, shape)} if {test(scope)} else {named(scope, shape)}"
    return [f"{scope.bind('one', Array(shape))} = {text}"]


def move(scope: Scope) -> Lines:
    """A name that held one array holds another one that is there."""
    names = [(n, k.shape) for n, k in scope.kinds.items() if isinstance(k, Array) and n not in scope.fixed]
    if not names:
        return statements.assign(scope)
    name, shape = scope.choices.pick(names)
    return [f"{name} = {named(scope, shape)}"]
