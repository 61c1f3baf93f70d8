"""Expressions for arrays of a given shape: names, parts of others, makers, and what is computed from them."""

from __future__ import annotations

from collections.abc import Callable

from random_programs import expressions
from random_programs.kinds import Array, Int, Shape
from random_programs.scope import Scope, count

Form = Callable[[Scope, Shape, int], str]


def array(scope: Scope, shape: Shape, depth: int = 2) -> str:
    if depth <= 0 or scope.choices.chance(30):
        return leaf(scope, shape)
    options: list[tuple[int, Form]] = [(4, of_one), (5, of_two), (3, with_number)]
    options += [(2, spread)] if scope.has("broadcasting") and len(shape) == 2 else []
    options += [(2, product)] if scope.has("matrices") else []
    options += [(1, selected)] if scope.has("masks") else []
    options += [(1, built)] if scope.has("comprehensions") and len(shape) == 1 else []
    options += [(1, accumulated)] if scope.has("reductions") and len(shape) == 1 else []
    options += [(5, called)] if scope.callables(Array(shape)) else []
    return scope.choices.weighted(options)(scope, shape, depth - 1)


def leaf(scope: Scope, shape: Shape) -> str:
    names = [name for name, have in scope.arrays() if have == shape]
    options: list[tuple[int, Callable[[], str]]] = [(1, lambda: made(scope, shape))]
    options += [(6, lambda: scope.choices.pick(names))] if names else []
    parts = part_of_any(scope, shape)
    options += [(4, lambda: scope.choices.pick(parts))] if parts else []
    return scope.choices.weighted(options)()


def made(scope: Scope, shape: Shape) -> str:
    """A new array."""
    text = scope.shape_text(shape)
    likes = [f"np.zeros_like({name})" for name, have in scope.arrays() if have == shape]
    forms = [f"np.ones({text})", f"np.full({text}, {expressions.leaf(scope)})", f"np.zeros({text})", *likes]
    if len(shape) == 1:
        forms.append(f"np.linspace(0.1, 0.9, {scope.size(shape[0])})")
    return scope.choices.pick(forms)


# ----------------------------------------------------------------------------------------------------------- parts
def part_of_any(scope: Scope, shape: Shape) -> list[str]:
    """Every way to see an array of this shape in the arrays that are here."""
    return [text for name, have in scope.arrays() for text in parts(scope, name, have, shape)]


def parts(scope: Scope, name: str, have: Shape, shape: Shape) -> list[str]:
    """Views, and selections that copy, of one array."""
    texts = viewed(scope, name, have, shape) if scope.has("views") else []
    if scope.has("slices") and len(have) == len(shape):
        texts += sliced(scope, name, have, shape)
    if scope.has("fancy") and have[1:] == shape[1:]:
        chosen = [str(scope.choices.integer(0, have[0] - 1)) for _ in range(shape[0])]
        texts.append(f"{name}[[{', '.join(chosen)}]]")
    return texts


def viewed(scope: Scope, name: str, have: Shape, shape: Shape) -> list[str]:
    """Views with another number of axes, or another order of them."""
    texts = []
    if len(have) == 2 and len(shape) == 1:
        if have[1] == shape[0]:
            row = expressions.index(scope, have[0])
            texts += [f"{name}[{row}]", f"{name}[{row}, :]"]
        if have[0] == shape[0]:
            column = expressions.index(scope, have[1])
            texts += [f"{name}[:, {column}]", f"{name}.T[{column}]"]
        if count(have) == shape[0]:
            texts += [f"{name}.ravel()", f"{name}.reshape(-1)"]
    if have[::-1] == shape and len(shape) == 2:
        texts += [f"{name}.T", f"np.transpose({name})"]
    if count(have) == count(shape) and have != shape:
        texts.append(f"{name}.reshape({', '.join(map(str, shape))})")
    return texts


def sliced(scope: Scope, name: str, have: Shape, shape: Shape) -> list[str]:
    """Basic slices of this shape along every axis."""
    axes = [slices(scope, length, want) for length, want in zip(have, shape, strict=True)]
    if not all(axes):
        return []
    texts = [scope.choices.pick(options) for options in axes]
    return [f"{name}[{', '.join(texts)}]"]


def slices(scope: Scope, length: int, want: int) -> list[str]:
    """The slices that take so many of so many."""
    if want > length:
        return []
    off = length - want
    texts = [":", "::-1"] if not off else [f":{want}", f"{off}:", f"-{want}:", f":-{off}", f"{want - 1}::-1", f":{off - 1 or ''}:-1"]
    texts = [text for text in texts if len(range(length)[_slice(text)]) == want]
    texts += [f"1:{-1}"] if off == 2 else []
    texts += ["::2", "::-2"] if (length + 1) // 2 == want and length > 1 else []
    texts += ["1::2"] if length // 2 == want else []
    if scope.has("moving_slices"):
        starts = [(name, kind) for name, kind in scope.ints() if kind.low >= 0 and kind.high <= off]
        texts += [f"{name}:{name} + {want}" for name, _ in starts]
    return texts


def _slice(text: str) -> slice:
    return slice(*(int(part) if part else None for part in text.split(":")))


# -------------------------------------------------------------------------------------------------------- computed
def of_one(scope: Scope, shape: Shape, depth: int) -> str:
    forms = ["np.sin({})", "np.tanh({})", "np.cos({})", "np.exp(-({}) ** 2)", "({}).copy()", "np.sqrt(1.0 + ({}) ** 2)", "(-({}))"]
    return scope.choices.pick(forms).format(array(scope, shape, depth))


def of_two(scope: Scope, shape: Shape, depth: int) -> str:
    one, other = array(scope, shape, depth), array(scope, shape, depth)
    return scope.choices.pick(["({} * {})", "({} + {})", "({} - {})", "({} / (1.5 + ({}) ** 2))"]).format(one, other)


def with_number(scope: Scope, shape: Shape, depth: int) -> str:
    one, other = array(scope, shape, depth), expressions.number(scope, depth)
    return scope.choices.pick(["({1} * {0})", "({0} + {1})", "({1} - {0})", "({0} / (1.5 + ({1}) ** 2))"]).format(one, other)


def spread(scope: Scope, shape: Shape, depth: int) -> str:
    """A matrix and a vector, along either axis; or two vectors."""
    row, column = array(scope, (shape[1],), depth), array(scope, (shape[0],), depth)
    whole = array(scope, shape, depth)
    forms = [f"({whole} + {row})", f"({whole} * ({column})[:, None])", f"np.outer({column}, {row})"]
    return scope.choices.pick([*forms, f"(({column})[:, None] - ({row})[None, :])"])


def product(scope: Scope, shape: Shape, depth: int) -> str:
    """A product of matrices, or of a matrix and a vector."""
    middle = scope.choices.pick([length for have in scope.author.shapes for length in have])
    if len(shape) == 2:
        return f"(0.5 * ({array(scope, (shape[0], middle), depth)} @ {array(scope, (middle, shape[1]), depth)}))"
    vector = array(scope, (middle,), depth)
    if scope.choices.chance(50):
        return f"(0.5 * ({array(scope, (shape[0], middle), depth)} @ {vector}))"
    return f"(0.5 * ({vector} @ {array(scope, (middle, shape[0]), depth)}))"


def selected(scope: Scope, shape: Shape, depth: int) -> str:
    one, other = array(scope, shape, depth), array(scope, shape, depth)
    return f"np.where({leaf(scope, shape)} > {scope.choices.pick(['0.17', '-0.29'])}, {one}, {other})"


def built(scope: Scope, shape: Shape, depth: int) -> str:
    if shape[0] <= 3 and scope.choices.chance(50):
        return f"np.array([{', '.join(expressions.number(scope, depth) for _ in range(shape[0]))}])"
    inner = scope.inner(shape[0])
    name = inner.bind("q", Int(0, shape[0] - 1))
    return f"np.array([{expressions.number(inner, depth)} for {name} in range({scope.size(shape[0])})])"


def accumulated(scope: Scope, shape: Shape, depth: int) -> str:
    if scope.has("matrices") and scope.choices.chance(50):
        other = scope.choices.pick([length for have in scope.author.shapes for length in have])
        axis = scope.choices.integer(0, 1)
        whole = array(scope, (other, shape[0]) if axis == 0 else (shape[0], other), depth)
        return f"np.{scope.choices.pick(['sum', 'mean'])}({whole}, axis={axis})"
    return f"(0.4 * np.cumsum({array(scope, shape, depth)}))"


def called(scope: Scope, shape: Shape, depth: int) -> str:
    name, kind = scope.choices.pick(scope.callables(Array(shape)))
    return expressions.call(scope, name, kind.parameters, depth)


def squashed(scope: Scope, shape: Shape, depth: int = 2) -> str:
    """An array whose entries are not large, whatever is in it."""
    inner = array(scope, shape, depth)
    return scope.choices.pick(["np.sin({})", "np.tanh({})", "np.cos({})", "0.5 * np.sin({})"]).format(inner)
