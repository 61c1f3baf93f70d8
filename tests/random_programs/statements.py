"""Blocks and the statements that neither steer nor write into arrays."""

from __future__ import annotations

from collections.abc import Callable

from random_programs import arrays, defining, loops, sharing, storing
from random_programs.expressions import call, computed, expression, index, number, squashed, test
from random_programs.kinds import FLOAT, Array, Int, Kind, Listing, Pair
from random_programs.scope import Scope

Lines = list[str]
Write = Callable[[Scope], Lines]


def indented(lines: Lines) -> Lines:
    return [f"    {line}" for line in lines]


def block(scope: Scope, least: int = 1, most: int = 3) -> Lines:
    """A few statements, indented."""
    lines: Lines = []
    for _ in range(scope.choices.integer(least, most)):
        lines += statement(scope) if scope.author.left > 0 or not lines else []
    return indented(lines)


def statement(scope: Scope) -> Lines:
    """One statement, of those that may stand here."""
    scope.author.left -= 1
    if scope.author.left < 0:
        return augment(scope)
    return scope.choices.weighted(offered(scope))(scope)


def offered(scope: Scope) -> list[tuple[int, Write]]:
    options: list[tuple[int, Write]] = [(5, assign), (3, augment), *containers(scope), *storing.offered(scope), *sharing.offered(scope)]
    options += [(1, dead)] if scope.has("dead") else []
    options += [(1, swap)] if scope.has("swaps") and len(scope.floats(assigned=True)) > 1 else []
    options += [(2, bind_view)] if scope.has("views") and scope.arrays() else []
    options += [(1, alias)] if scope.has("aliases") and scope.arrays() else []
    if scope.depth < 3:
        options += [(3, branch)] if scope.has("branches") else []
        options += loops.offered(scope)
    if scope.depth and scope.loop and scope.has("exits"):
        options += [(2, leave)]
    if scope.depth and scope.has("returns") and scope.result is not None:
        options += [(1, give_back)]
    options += [(1, without_axes)] if scope.has("zero_d") and scope.arrays() else []
    options += [(1, whole_number)] if scope.has("data_indices") else []
    options += [(3, call_writer)] if scope.callables(None) else []
    options += [(1, defining.closure)] if scope.has("closures") and scope.depth < 2 else []
    return options


def containers(scope: Scope) -> list[tuple[int, Write]]:
    options: list[tuple[int, Write]] = []
    if scope.has("tuples"):
        options += [(1, pack)] + ([(2, unpack)] if scope.pairs() else [])
    if scope.has("lists"):
        options += [(1, enlist)]
        options += [(1, append)] if scope.has("appends") and scope.depth == 0 and scope.listings() else []
        options += [(1, replace_item)] if scope.listings() else []
    return options


# ------------------------------------------------------------------------------------------------------ assignment
def assign(scope: Scope) -> Lines:
    """A new name, or another value for an old one; of the same kind, since other places rely on it."""
    old = [(n, FLOAT) for n in scope.floats(assigned=True)]
    old += [(n, kind) for n, kind in scope.kinds.items() if isinstance(kind, Array) and n not in scope.fixed]
    if old and scope.choices.chance(55):
        name, kind = scope.choices.pick(old)
        if kind == FLOAT and scope.has("tuples") and scope.choices.chance(10):
            other = scope.choices.pick([n for n, k in old if k == FLOAT])
            if other != name:
                return [f"{name}, {other} = {bounded(scope, FLOAT)}, {bounded(scope, FLOAT)}"]
        return [f"{name} = {bounded(scope, kind)}"]
    kind = scope.some_kind() if scope.has("allocation") or scope.runs == 1 else FLOAT
    text = bounded(scope, kind)
    return [f"{bind(scope, kind)} = {text}"]


def bind(scope: Scope, kind: Kind) -> str:
    stem = "s" if kind == FLOAT else "a" if isinstance(kind, Array) and len(kind.shape) == 1 else "M"
    return scope.bind(stem, kind)


def bounded(scope: Scope, kind: Kind) -> str:
    """An expression that does not grow with the number of iterations."""
    if scope.runs == 1 and scope.choices.chance(60):
        return expression(scope, kind)
    return arrays.squashed(scope, kind.shape) if isinstance(kind, Array) else squashed(scope)


def augment(scope: Scope) -> Lines:
    names = scope.floats(assigned=True)
    if not names:
        return assign(scope)
    name = scope.choices.pick(names)
    forms = ["{} += {}", "{} -= {}", "{} *= 0.5 + 0.4 * {}", "{} /= 1.5 + {} ** 2", "{0} = {0} + 0.5 * {1}"]
    return [scope.choices.pick(forms).format(name, squashed(scope))]


def dead(scope: Scope) -> Lines:
    """What has no effect on the result: a value that is not read, a name that is given itself."""
    names = [*scope.floats(assigned=True), *(n for n, k in scope.kinds.items() if isinstance(k, Array))]
    if names and scope.choices.chance(50):
        name = scope.choices.pick(names)
        return [f"{name} = {name}"]
    return [f"{scope.author.fresh('unused')} = {expression(scope, scope.some_kind())}"]


def swap(scope: Scope) -> Lines:
    one, other = scope.choices.shuffled(scope.floats(assigned=True))[:2]
    return [f"{one}, {other} = {other}, {one}"]


def bind_view(scope: Scope) -> Lines:
    """A part of an array, with a name."""
    shape = scope.some_shape()
    parts = arrays.part_of_any(scope, shape)
    if not parts:
        return assign(scope)
    text = scope.choices.pick(parts)
    return [f"{scope.bind('part', Array(shape))} = {text}"]


def whole_number(scope: Scope) -> Lines:
    """An index that is computed: a new name, or another value for one that is no counter."""
    old = [(name, kind) for name, kind in scope.ints() if kind.low == 0 and kind.high and name not in scope.fixed]
    if old and scope.choices.chance(40):
        name, kind = scope.choices.pick(old)
        return [f"{name} = {computed(scope)} % {kind.high + 1}"]
    length = scope.choices.pick([length for shape in scope.author.shapes for length in shape])
    text = f"{computed(scope)} % {scope.size(length)}"
    return [f"{scope.bind('j', Int(0, length - 1))} = {text}"]


def without_axes(scope: Scope) -> Lines:
    """One entry as an array without axes, a view of where it stands; from there on it is used as a number."""
    name, shape = scope.choices.pick(scope.arrays())
    form = scope.choices.pick(["{}[{}, ...]", "np.squeeze({}[{}])", "{}[{}, ...].reshape(())"])
    text = form.format(name, ", ".join(index(scope, length) for length in shape))
    return [f"{scope.bind('s', FLOAT)} = {text}"]


def alias(scope: Scope) -> Lines:
    name, shape = scope.choices.pick(scope.arrays())
    return [f"{scope.bind('same', Array(shape))} = {name}"]


# ------------------------------------------------------------------------------------------------------ containers
def pack(scope: Scope) -> Lines:
    kinds = tuple(scope.some_kind() for _ in range(scope.choices.integer(2, 3)))
    text = expression(scope, Pair(kinds))
    return [f"{scope.bind('pair', Pair(kinds))} = {text}"]


def unpack(scope: Scope) -> Lines:
    name, kind = scope.choices.pick(scope.pairs())
    names = [bind(scope, item) for item in kind.items]
    return [f"{', '.join(names)} = {name}"]


def enlist(scope: Scope) -> Lines:
    kind = Listing(scope.choices.integer(1, 3), scope.some_kind())
    text = expression(scope, kind)
    return [f"{scope.bind('many', kind)} = {text}"]


def append(scope: Scope) -> Lines:
    name, kind = scope.choices.pick(scope.listings())
    text = expression(scope, kind.item)
    scope.kinds[name] = Listing(kind.count + 1, kind.item)
    return [f"{name}.append({text})"]


def replace_item(scope: Scope) -> Lines:
    name, kind = scope.choices.pick(scope.listings())
    if not kind.count:
        return assign(scope)
    place = scope.choices.integer(0, kind.count - 1)
    if kind.count > 1 and scope.choices.chance(30):
        return [f"{name}[0], {name}[{place}] = {name}[{place}], {name}[0]"]
    return [f"{name}[{place}] = {bounded(scope, kind.item)}"]


# ---------------------------------------------------------------------------------------------------------- branches
def branch(scope: Scope) -> Lines:
    """if, with or without elif and else; sometimes a name that every way binds."""
    choices = scope.choices
    ways = choices.weighted([(4, 1), (4, 2), (2, 3)])
    new = scope.some_kind() if choices.chance(30) else None
    name = scope.author.fresh("t") if new is not None else ""
    lines: Lines = []
    blocks = []
    for k in range(ways):
        last = k == ways - 1 and ways > 1
        lines.append("else:" if last else f"{'if' if k == 0 else 'elif'} {test(scope)}:")
        lines += way(scope, blocks, new, name)
    if ways == 1:
        lines += ["else:", *way(scope, blocks, new, name)] if new is not None else []
        blocks += [scope.inner()] if new is None else []
    scope.after(*blocks)
    return lines


def way(scope: Scope, blocks: list[Scope], new: Kind | None, name: str) -> Lines:
    inner = scope.inner()
    lines = block(inner)
    if new is not None:
        lines += indented([f"{name} = {bounded(inner, new)}"])
        inner.kinds[name] = new
    blocks.append(inner)
    return lines


def leave(scope: Scope) -> Lines:
    """break or continue, under a condition."""
    scope.jumped = True
    inner = scope.inner()
    lines = indented(augment(inner)) if scope.choices.chance(30) else []
    return [f"if {test(scope)}:", *lines, f"    {scope.choices.pick(['break', 'continue'])}"]


def give_back(scope: Scope) -> Lines:
    """An early return, under a condition that seldom holds."""
    assert scope.result is not None
    condition = scope.choices.pick(["{} > 0.8", "{} < -0.6", "{} > 0.1"]).format(number(scope, 1))
    return [f"if {condition}:", f"    return {expression(scope, scope.result)}"]


def call_writer(scope: Scope) -> Lines:
    """A call for what it does to its arguments."""
    name, kind = scope.choices.pick(scope.callables(None))
    return [call(scope, name, kind.parameters, 1)]

