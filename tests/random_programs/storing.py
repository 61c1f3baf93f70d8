"""Statements that write into arrays: entries, slices, selections, views, and what surrounds such writes."""

from __future__ import annotations

from collections.abc import Callable

from random_programs import arrays, expressions, statements
from random_programs.kinds import Array, Int, Shape
from random_programs.scope import Scope

Lines = list[str]
Write = Callable[[Scope], Lines]


def offered(scope: Scope) -> list[tuple[int, Write]]:
    """The stores that may stand here."""
    if not scope.arrays():
        return []
    table: list[tuple[str, int, Write]] = [
        ("element_stores", 7, element), ("slice_stores", 5, part), ("augmented_arrays", 3, augmented), ("fancy_stores", 2, fancy),
        ("mask_stores", 2, mask), ("array_swaps", 2, swap), ("self_stores", 1, itself), ("writes_through", 3, through),
        ("ufunc_writes", 2, by_function),
    ]  # fmt: skip
    options = [(weight, write) for feature, weight, write in table if scope.has(feature)]
    if scope.has("filling", "loops") and scope.depth < 2:
        options += [(2, filling)]
    if scope.has("list_stores") and any(isinstance(kind.item, Array) for _, kind in scope.listings()):
        options += [(2, in_list)]
    return options


def store(scope: Scope, rebinds: bool = True) -> Lines:
    """A store; an assignment where there is nothing to write into.

    One that does not rebind has no name of an array alone on its left, which a closure would take for a name of its own.
    """
    left_out = (filling,) if rebinds else (filling, augmented, swap)
    options = [(weight, write) for weight, write in offered(scope) if write not in left_out]
    return scope.choices.weighted(options)(scope) if options else statements.assign(scope)


def some_array(scope: Scope) -> tuple[str, Shape]:
    return scope.choices.pick(scope.arrays())


def written(scope: Scope, target: str, value: str) -> Lines:
    """`target = value` or one of the augmented forms, which neither grow without bound nor divide by zero."""
    forms = ["{} = {}", "{} += {}", "{} = {}", "{} -= {}", "{} *= {}", "{} /= 1.5 + {}", "{0} = 0.5 * {0} + {1}"]
    return [scope.choices.pick(forms).format(target, value)]


# ---------------------------------------------------------------------------------------------------------- stores
def element(scope: Scope) -> Lines:
    name, shape = some_array(scope)
    return written(scope, expressions.entry(scope, name, shape), expressions.squashed(scope))


def part(scope: Scope) -> Lines:
    """A slice, a row, a column, or all of an array; the value may be a number, or spread along an axis."""
    name, shape = some_array(scope)
    targets = part_targets(scope, name, shape)
    target, have = scope.choices.pick(targets)
    return written(scope, target, value(scope, have))


def value(scope: Scope, shape: Shape) -> str:
    """What fits into a target of this shape."""
    if scope.choices.chance(30):
        return expressions.squashed(scope)
    if len(shape) == 2 and scope.has("broadcasting") and scope.choices.chance(25):
        return arrays.squashed(scope, shape[1:])
    return arrays.squashed(scope, shape)


def part_targets(scope: Scope, name: str, shape: Shape) -> list[tuple[str, Shape]]:
    rest = shape[1:]
    targets = [(f"{name}[:]", shape), (f"{name}[...]", shape), (f"{name}[::-1]", shape)]
    for want in range(1, shape[0]):
        targets += [(f"{name}[{text}]", (want, *rest)) for text in arrays.slices(scope, shape[0], want)]
    if len(shape) == 2:
        row, column = expressions.index(scope, shape[0]), expressions.index(scope, shape[1])
        targets += [(f"{name}[{row}]", rest), (f"{name}[{row}, :]", rest), (f"{name}[:, {column}]", shape[:1])]
        targets += [(f"{name}[..., {column}]", shape[:1]), (f"{name}.T[:]", shape[::-1])]
        if min(shape) > 2:
            targets += [(f"{name}[1:-1, 1:-1]", (shape[0] - 2, shape[1] - 2))]
    return targets


def augmented(scope: Scope) -> Lines:
    name, shape = some_array(scope)
    forms = ["{} += {}", "{} -= {}", "{} *= {}", "{} /= 1.5 + {} ** 2"]
    return [scope.choices.pick(forms).format(name, value(scope, shape))]


def fancy(scope: Scope) -> Lines:
    """A list of indices; without repeats, except where NumPy says what they do."""
    name, shape = some_array(scope)
    chosen = scope.choices.shuffled(range(shape[0]))[: scope.choices.integer(1, shape[0])]
    target = f"{name}[{scope.choices.pick([str(chosen), f'np.array({chosen})'])}]"
    return written(scope, target, value(scope, (len(chosen), *shape[1:])))


def mask(scope: Scope) -> Lines:
    name, shape = some_array(scope)
    test = f"{arrays.leaf(scope, shape)} > {scope.choices.pick(['0.17', '-0.29', '0.61'])}"
    form = scope.choices.integer(0, 3)
    if form == 0:
        return [f"{name}[{test}] = {expressions.squashed(scope)}"]
    held = scope.author.fresh("mask")
    first = f"{held} = {test}"
    if form == 1:
        return [first, f"{name}[{held}] = np.sin({name}[{held}])"]
    if form == 2:
        return [first, f"{name}[{held}] *= {expressions.squashed(scope)}"]
    return [first, f"{name}[{held}] = {arrays.squashed(scope, shape, 1).replace('(', '((', 1)})[{held}]"]


def swap(scope: Scope) -> Lines:
    """Entries, rows, or whole names exchanged; rows are views, so that their exchange is not what it seems."""
    name, shape = some_array(scope)
    others = [other for other, kind in scope.kinds.items() if kind == Array(shape) and other not in scope.fixed]
    one, other = expressions.index(scope, shape[0]), expressions.index(scope, shape[0])
    forms = [f"{name}[{one}], {name}[{other}] = {name}[{other}], {name}[{one}]"]
    if len(others) > 1:
        pair = scope.choices.shuffled(others)[:2]
        forms += [f"{pair[0]}, {pair[1]} = {pair[1]}, {pair[0]}"] * 2
    first, second = (scope.choices.shuffled(range(shape[0])) * 2)[:2]
    forms += [f"{name}[[{first}, {second}]] = {name}[[{second}, {first}]]"] if first != second else []
    return [scope.choices.pick(forms)]


def itself(scope: Scope) -> Lines:
    """Values overwritten by themselves, or by themselves in another order."""
    name, shape = some_array(scope)
    entry = expressions.entry(scope, name, shape)
    forms = [f"{entry} = {entry}", f"{name}[:] = {name}", f"{name}[:] = {name}[::-1]", f"{name}[...] = {name} * 1.0"]
    forms += [f"{name}[1:] = {name}[:-1]", f"{name}[:-1] += {name}[1:]"] if shape[0] > 1 else []
    forms += [f"{name}[:] = {name}.T"] if len(shape) == 2 and shape[0] == shape[1] else []
    return [scope.choices.pick(forms)]


# ---------------------------------------------------------------------------------------------------- around stores
def through(scope: Scope) -> Lines:
    """A view with a name, and a write through it; or its base written while the view is there."""
    shape = scope.some_shape()
    found = [(text, name) for name, have in scope.arrays() for text in arrays.viewed(scope, name, have, shape)]
    found += [(text, name) for name, have in scope.arrays() if len(have) == len(shape) for text in arrays.sliced(scope, name, have, shape)]
    if not found:
        return element(scope)
    text, base = scope.choices.pick(found)
    view = scope.bind("view", Array(shape))
    form = scope.choices.integer(0, 3)
    if form == 0:
        return [f"{view} = {text}", *written(scope, f"{view}[:]", value(scope, shape))]
    if form == 1:
        return [f"{view} = {text}", *written(scope, expressions.entry(scope, view, shape), expressions.squashed(scope))]
    if form == 2:
        return [f"{view} = {text}", f"{view} *= {expressions.squashed(scope)}"]
    shape_of = dict(scope.arrays())[base]
    return [f"{view} = {text}", *written(scope, expressions.entry(scope, base, shape_of), expressions.squashed(scope))]


def by_function(scope: Scope) -> Lines:
    """Functions and methods that write: np.add.at, np.copyto, fill, out=."""
    name, shape = some_array(scope)
    form = scope.choices.integer(0, 4)
    if form == 0:
        return [f"{name}.fill({expressions.squashed(scope)})"]
    if form == 1:
        return [f"np.copyto({name}, {arrays.squashed(scope, shape)})"]
    if form == 2:
        chosen = [scope.choices.integer(0, shape[0] - 1) for _ in range(3)]
        return [f"np.add.at({name}, {chosen}, {value(scope, (3, *shape[1:]))})"]
    if form == 3:
        return [f"np.multiply({name}, {value(scope, shape)}, out={name})"]
    return [f"np.sin({arrays.array(scope, shape)}, out={name})"]


def filling(scope: Scope) -> Lines:
    """np.empty, and a loop that fills it from what it has filled already."""
    shape = scope.some_shape()
    name, counter = scope.author.fresh("filled"), scope.author.fresh("i")
    inner = scope.inner(shape[0])
    inner.kinds[counter] = Int(0, shape[0] - 1)
    inner.fixed.add(counter)
    item = expressions.squashed(inner) if len(shape) == 1 else arrays.squashed(inner, shape[1:])
    header = f"for {counter} in range({scope.size(shape[0])}):"
    lines = [f"{name} = np.empty({scope.shape_text(shape)})", header, f"    {name}[{counter}] = {item}"]
    if scope.choices.chance(50):
        lines += [f"    if {counter} > 0:", f"        {name}[{counter}] += 0.5 * {name}[{counter} - 1]"]
    scope.kinds[name] = Array(shape)
    return lines


def in_list(scope: Scope) -> Lines:
    """A store into an array that is in a list."""
    name, kind = scope.choices.pick([(n, k) for n, k in scope.listings() if isinstance(k.item, Array)])
    if not kind.count or not isinstance(kind.item, Array):
        return statements.assign(scope)
    target = expressions.entry(scope, f"{name}[{scope.choices.integer(0, kind.count - 1)}]", kind.item.shape)
    return written(scope, target, expressions.squashed(scope))
