"""Expressions for numbers, tests and indices.

Texts are put into parentheses where they may be operands; the finished program is printed from its tree, without them.
"""

from __future__ import annotations

from collections.abc import Callable

from random_programs import arrays, catalogue
from random_programs.kinds import FLOAT, Array, Float, Int, Kind, Listing, Pair
from random_programs.scope import Scope

Write = Callable[[Scope, int], str]
CONSTANTS = ("0.5", "1.0", "0.3", "-0.7", "1.2", "2.0", "0.0")


def expression(scope: Scope, kind: Kind, depth: int = 2) -> str:
    """The text of an expression of this kind."""
    if isinstance(kind, Float):
        return number(scope, depth)
    if isinstance(kind, Array):
        return arrays.array(scope, kind.shape, depth)
    if isinstance(kind, Int):
        return whole(scope, kind)
    if isinstance(kind, Pair):
        return f"({', '.join(expression(scope, item, depth - 1) for item in kind.items)},)"
    if isinstance(kind, Listing):
        return f"[{', '.join(expression(scope, kind.item, depth - 1) for _ in range(kind.count))}]"
    raise TypeError(kind)


# --------------------------------------------------------------------------------------------------------- numbers
def number(scope: Scope, depth: int = 2) -> str:
    if depth <= 0 or scope.choices.chance(25):
        return leaf(scope)
    options: list[tuple[int, Write]] = [(4, of_one), (6, of_two), (2, quotient)]
    options += [(4, reduced)] if scope.has("reductions") else []
    options += [(1, either)] if scope.has("ternary") else []
    options += [(4, called)] if scope.callables(FLOAT) else []
    options += [(8, of_catalogue)] if scope.has("catalogue") else []
    return scope.choices.weighted(options)(scope, depth - 1)


def of_catalogue(scope: Scope, depth: int) -> str:
    return catalogue.catalogued(scope, min(depth, 1), number)


def leaf(scope: Scope) -> str:
    names = scope.floats()
    options: list[tuple[int, Callable[[Scope], str]]] = [(1, lambda s: s.choices.pick(CONSTANTS))]
    options += [(5, lambda s: s.choices.pick(names))] if names else []
    options += [(5, element)] if scope.arrays() else []
    options += [(1, counted)] if scope.ints() else []
    options += [(1, inside)] if items(scope) else []
    return scope.choices.weighted(options)(scope)


def counted(scope: Scope) -> str:
    name, _ = scope.choices.pick(scope.ints())
    return scope.choices.pick([f"(0.1 * {name})", f"({name} / 4)", f"float({name})"])


def items(scope: Scope) -> list[str]:
    """Numbers that are parts of tuples and lists."""
    pairs = [f"{name}[{k}]" for name, kind in scope.pairs() for k, item in enumerate(kind.items) if item == FLOAT]
    return pairs + [f"{name}[-1]" for name, kind in scope.listings() if kind.item == FLOAT and kind.count]


def inside(scope: Scope) -> str:
    return scope.choices.pick(items(scope))


def element(scope: Scope) -> str:
    """One entry of an array."""
    name, shape = scope.choices.pick(scope.arrays())
    return entry(scope, name, shape)


def entry(scope: Scope, name: str, shape: tuple[int, ...]) -> str:
    indices = [index(scope, length) for length in shape]
    if len(indices) == 2 and scope.choices.chance(25):
        return f"{name}[{indices[0]}][{indices[1]}]"
    return f"{name}[{', '.join(indices)}]"


def of_one(scope: Scope, depth: int) -> str:
    inner = number(scope, depth)
    forms = ["np.sin({})", "np.tanh({})", "np.cos({})", "math.sin({})", "np.exp(-({}) ** 2)", "np.sqrt(1.0 + ({}) ** 2)"]
    return scope.choices.pick([*forms, "math.tanh({})", "np.arctan({})", "(-({}))", "abs({} - 0.123)"]).format(inner)


def of_two(scope: Scope, depth: int) -> str:
    one, other = number(scope, depth), number(scope, depth)
    return f"({one} {scope.choices.pick(['*', '+', '-'])} {other})"


def quotient(scope: Scope, depth: int) -> str:
    one, other = number(scope, depth), number(scope, depth)
    return f"({one} / (1.5 + ({other}) ** 2))"


def reduced(scope: Scope, depth: int) -> str:
    """A number out of arrays."""
    shape = scope.some_shape()
    one = arrays.array(scope, shape, depth)
    forms = ["np.sum({0})", "({0}).mean()", "({0}).sum()", "np.max({0})", "float(np.sum({0}))"]
    if len(shape) == 1:
        forms += ["np.dot({0}, {1})", "(({0}) @ ({1}))", "np.linalg.norm(({0}) + 1.7)"]
    form = scope.choices.pick(forms)
    return form.format(one, arrays.array(scope, shape, depth) if "{1}" in form else "")


def either(scope: Scope, depth: int) -> str:
    return f"({number(scope, depth)} if {test(scope)} else {number(scope, depth)})"


def called(scope: Scope, depth: int) -> str:
    name, kind = scope.choices.pick(scope.callables(FLOAT))
    return call(scope, name, kind.parameters, depth)


def call(scope: Scope, name: str, parameters: tuple[Kind, ...], depth: int) -> str:
    """A call of a function of the program; sometimes with one array in two places."""
    texts = [expression(scope, kind, depth) for kind in parameters]
    if scope.has("same_array") and scope.choices.chance(40):
        same = scope.choices.pick(parameters)
        names = [have for have, shape in scope.arrays() if same == Array(shape)]
        if names:
            name_given = scope.choices.pick(names)
            texts = [name_given if kind == same else text for kind, text in zip(parameters, texts, strict=True)]
    return f"{name}({', '.join(texts)})"


def squashed(scope: Scope, depth: int = 2) -> str:
    """A number that is not large, whatever the names in it have grown to."""
    inner = number(scope, depth)
    return scope.choices.pick(["np.sin({})", "np.tanh({})", "np.cos({})", "0.5 * np.sin({})"]).format(inner)


# ---------------------------------------------------------------------------------------------------------- tests
def test(scope: Scope) -> str:
    """A condition, on data more often than not."""
    options: list[tuple[int, Callable[[Scope], str]]] = [(5, compared)]
    options += [(3, parity)] if scope.ints() else []
    options += [(1, combined)] if scope.depth < 4 else []
    return scope.choices.weighted(options)(scope)


def compared(scope: Scope) -> str:
    sign = scope.choices.pick([">", "<", "<=", ">="])
    return f"{number(scope, 1)} {sign} {scope.choices.pick(['0.21', '-0.13', '0.57', '1.03'])}"


def parity(scope: Scope) -> str:
    name, kind = scope.choices.pick(scope.ints())
    bound = scope.choices.integer(kind.low, kind.high)
    return scope.choices.pick([f"{name} % 2 == 0", f"{name} == {bound}", f"{name} < {bound}", f"{name} != {bound}"])


def combined(scope: Scope) -> str:
    scope = scope.inner()
    scope.depth = 4
    one, other = test(scope), test(scope)
    return scope.choices.pick([f"({one} and {other})", f"({one} or {other})", f"(not {one})"])


# --------------------------------------------------------------------------------------------------------- indices
def index(scope: Scope, length: int) -> str:
    """An index into an axis of this length: a number, a counter with an offset, or one that is computed."""
    options = [str(k) for k in range(length)] + ["-1"]
    near = [text for name, kind in scope.ints() for text in offsets(name, kind, -length, length - 1)]
    choices: list[tuple[int, Callable[[], str]]] = [(2, lambda: scope.choices.pick(options))]
    choices += [(8, lambda: scope.choices.pick(near))] if near else []
    choices += [(1, lambda: f"{computed(scope)} % {scope.size(length)}")]
    return scope.choices.weighted(choices)()


def offsets(name: str, kind: Int, low: int, high: int) -> list[str]:
    """The texts with this name that lie between the bounds."""
    fits = [d for d in (0, 1, -1) if kind.low + d >= low and kind.high + d <= high]
    texts = [name if d == 0 else f"{name} {'+' if d > 0 else '-'} 1" for d in fits]
    if -kind.high - 1 >= low and -kind.low - 1 <= high:
        texts.append(f"-{name} - 1")
    return texts


def computed(scope: Scope) -> str:
    """A whole number, not negative: from counters or from data."""
    options = [f"({name} + {scope.choices.integer(0, 3)})" for name, kind in scope.ints() if kind.low >= 0]
    options += [f"({name} * {scope.choices.integer(2, 3)})" for name, kind in scope.ints() if kind.low >= 0]
    if scope.has("data_indices") or not options:
        options.append(f"int(abs({plain(scope)}) * 3.7)")
        options += [f"int(np.argmax({name}))" for name, _ in scope.arrays(1)]
    return scope.choices.pick(options)


def plain(scope: Scope) -> str:
    """A number without an index that is computed: an index is made of it."""
    names = scope.floats() + [f"{name}[{', '.join('0' * len(shape))}]" for name, shape in scope.arrays()]
    text = scope.choices.pick(names or ["0.7"])
    return scope.choices.pick(["{}", "np.sin({})", "{} * 1.7"]).format(text)


def whole(scope: Scope, kind: Int) -> str:
    """A whole number within bounds that start at 0."""
    near = [text for name, known in scope.ints() for text in offsets(name, known, kind.low, kind.high)]
    if near and scope.choices.chance(50):
        return scope.choices.pick(near)
    if kind.low == 0 and scope.choices.chance(50):
        return f"{computed(scope)} % {kind.high + 1}"
    return str(scope.choices.integer(kind.low, kind.high))
