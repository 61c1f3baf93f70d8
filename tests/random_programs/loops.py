"""Loops: over ranges whose bounds may be known only when they run, over arrays and lists, and until something holds."""

from __future__ import annotations

from collections.abc import Callable

from random_programs import statements
from random_programs.expressions import number, squashed, test
from random_programs.kinds import FLOAT, Array, Float, Int, Kind, Listing
from random_programs.scope import BUDGET, Scope

Lines = list[str]
TRIPS = 5


def offered(scope: Scope) -> list[tuple[int, Callable[[Scope], Lines]]]:
    """The loops that may stand here; deep ones only while the program stays quick."""
    if not scope.has("loops") or scope.runs * TRIPS * 2 > BUDGET or (scope.depth > 0 and not scope.has("nested")):
        return []
    options: list[tuple[int, Callable[[Scope], Lines]]] = [(5, over_range)]
    if scope.has("while"):
        options += [(1, counting), (1, converging), (1, forever)]
    if scope.has("iteration") and (scope.arrays() or scope.listings()):
        options += [(2, over_items)]
    if scope.has("lists", "appends"):
        options += [(1, collecting)]
    return options


def body(scope: Scope, trips: int, bound: dict[str, Kind], certain: bool) -> tuple[Lines, Scope]:
    """The block of a loop.  What it binds is bound behind it if one iteration is certain to run to its end."""
    inner = scope.inner(trips, loop=True)
    inner.kinds.update(bound)
    inner.fixed |= {name for name, kind in bound.items() if isinstance(kind, Int)}
    lines = statements.block(inner, 1, 3 if scope.depth < 2 else 2)
    jumped = scope.jumped
    scope.after(*([inner] if certain and not inner.jumped else [scope.inner(), inner]))
    scope.jumped = jumped
    return lines, inner


# ---------------------------------------------------------------------------------------------------------- ranges
def bound(scope: Scope, low: int = 0) -> tuple[str, Int]:
    """A whole number that ends a range: a length, a parameter, a counter, or computed from data."""
    choices = scope.choices
    lengths = sorted({length for shape in scope.author.shapes for length in shape})
    length = choices.pick(lengths)
    options: list[tuple[int, tuple[str, Int]]] = [(5, (scope.size(length), Int(length, length)))]
    options += [(2, (f"{scope.size(length)} - 1", Int(length - 1, length - 1)))]
    options += [(2, (name, kind)) for name, kind in scope.ints() if 0 <= kind.low and kind.high <= TRIPS]
    if scope.has("data_bounds"):
        options += [(1, (f"int(abs({number(scope, 1)}) * 2.9) % {TRIPS}", Int(0, TRIPS - 1)))]
    return choices.weighted(options)


def over_range(scope: Scope) -> Lines:
    forms = [(5, upward), (2, between), (2, downward), (1, stepped), (1, backward), (1, none)]
    form, kind, trips, certain = scope.choices.weighted(forms)(scope)
    name = scope.author.fresh("i")
    lines, _ = body(scope, trips, {name: kind}, certain)
    return [f"for {name} in {form}:", *lines]


Header = tuple[str, Int, int, bool]


def upward(scope: Scope) -> Header:
    text, stop = bound(scope)
    return f"range({text})", Int(0, max(stop.high - 1, 0)), stop.high, stop.low > 0


def between(scope: Scope) -> Header:
    text, stop = bound(scope)
    starts = [("1", Int(1, 1)), ("2", Int(2, 2)), *((n, k) for n, k in scope.ints() if k.low >= 0)]
    first, start = scope.choices.pick(starts)
    kind = Int(start.low, max(stop.high - 1, start.low))
    return f"range({first}, {text})", kind, max(stop.high - start.low, 1), stop.low > start.high


def downward(scope: Scope) -> Header:
    text, start = bound(scope)
    form = scope.choices.pick(["range({} - 1, -1, -1)", "reversed(range({}))"]).format(text)
    return form, Int(0, max(start.high - 1, 0)), start.high, start.low > 0


def stepped(scope: Scope) -> Header:
    text, stop = bound(scope)
    step = scope.choices.integer(2, 3)
    return f"range(0, {text}, {step})", Int(0, max(stop.high - 1, 0)), (stop.high + 1) // 2, stop.low > 0


def backward(scope: Scope) -> Header:
    """Steps downwards by two, and not to the end."""
    text, start = bound(scope)
    return f"range({text}, 0, -2)", Int(1, max(start.high, 1)), (start.high + 1) // 2, start.low > 0


def none(scope: Scope) -> Header:
    """A range without trips, as far as one can see only when it runs."""
    text, stop = bound(scope)
    return f"range({text}, {stop.low})" if stop.low == stop.high else f"range({text} - {text})", Int(0, 0), 1, False


# ----------------------------------------------------------------------------------------------------------- items
def over_items(scope: Scope) -> Lines:
    """Over the rows or entries of an array, two at once, with numbers, or backwards."""
    choices = scope.choices
    lists = [(name, kind.item, kind.count) for name, kind in scope.listings() if isinstance(kind.item, (Array, Float))]
    found = [(name, Array(shape[1:]) if len(shape) > 1 else FLOAT, shape[0]) for name, shape in scope.arrays()]
    name, item, trips = choices.pick([*found, *lists])
    each = scope.author.fresh("row" if isinstance(item, Array) else "v")
    bound_here: dict[str, Kind] = {each: item}
    form = choices.integer(0, 3)
    header = f"for {each} in {name}:"
    if form == 1:
        number_ = scope.author.fresh("k")
        bound_here[number_] = Int(0, max(trips - 1, 0) if (name, item, trips) in found else 3 * TRIPS)
        header = f"for {number_}, {each} in enumerate({name}):"
    elif form == 2:
        other, kind, _ = choices.pick(found) if found else (name, item, trips)
        second = scope.author.fresh("w")
        bound_here[second] = kind
        header = f"for {each}, {second} in zip({name}, {other}):"
    elif form == 3:
        header = f"for {each} in {choices.pick([f'{name}[::-1]', f'reversed({name})'])}:"
    lines, _ = body(scope, max(trips, 1), bound_here, False)
    return [header, *lines]


def collecting(scope: Scope) -> Lines:
    """A list that a loop fills."""
    header, kind, trips, certain = upward(scope)
    name, counter = scope.author.fresh("many"), scope.author.fresh("i")
    item = scope.some_kind()
    lines, inner = body(scope, trips, {counter: kind}, certain)
    inner.kinds[counter] = kind
    last = f"{name}.append({statements.bounded(inner, item)})"
    certain = certain and not inner.jumped
    scope.kinds[name] = Listing(1 if certain else 0, item)
    return [f"{name} = []", f"for {counter} in {header}:", *lines, f"    {last}"]


# ----------------------------------------------------------------------------------------------------------- while
def counting(scope: Scope) -> Lines:
    """A counter and perhaps a condition.  The counter is moved first, so that `continue` does not pass it by."""
    text, stop = bound(scope)
    name = scope.author.fresh("k")
    known = scope.inner()
    known.kinds[name] = Int(0, stop.high)
    more = f" and {test(known)}" if scope.choices.chance(40) else ""
    lines, _ = body(scope, stop.high, {name: Int(1, max(stop.high, 1))}, False)
    scope.kinds[name] = Int(0, stop.high)
    return [f"{name} = 0", f"while {name} < {text}{more}:", f"    {name} += 1", *lines]


def converging(scope: Scope) -> Lines:
    """Until a number changes little, but not for long."""
    value, change, name = scope.author.fresh("s"), scope.author.fresh("change"), scope.author.fresh("k")
    first = squashed(scope)
    scope.kinds[value] = FLOAT
    inner = scope.inner(4, loop=False)
    inner.fixed |= {value}
    inner.kinds[name] = Int(0, 3)
    lines = statements.block(inner, 1, 2) if scope.choices.chance(50) else []
    scope.after(scope.inner(), inner)
    step = f"np.sin(0.5 * {value} + {number(scope, 1)})"
    return [
        f"{value}, {change}, {name} = {first}, 1.0, 0", f"while abs({change}) > 0.0731 and {name} < 4:", *lines,
        f"    {change} = {step} - {value}", f"    {value} = {value} + {change}", f"    {name} += 1",
    ]  # fmt: skip


def forever(scope: Scope) -> Lines:
    """`while True` with a break in its middle."""
    name = scope.author.fresh("k")
    limit = scope.choices.integer(1, 4)
    lines, _ = body(scope, limit, {name: Int(0, limit - 1)}, False)
    condition = f"{name} >= {limit}" + (f" or {test(scope)}" if scope.choices.chance(50) else "")
    scope.kinds[name] = Int(0, limit)
    return [f"{name} = -1", "while True:", f"    {name} += 1", f"    if {condition}:", "        break", *lines]

