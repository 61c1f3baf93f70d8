"""Which values are never negative, by the way they are computed, and may be 0 where a program is smooth or has a kink.

    d = x - y; r2 = d @ d          a sum of squares
    v = max(v, 0.0)                what is cut off at 0
    r2 = np.zeros(n), then filled  what is 0 where nothing is stored

A root of such a value has a kink where it is 0, as `abs` and `norm` have, or is 0 all around; a root of anything else has
the edge of its domain there.  Rules ask for it (`s2s.rules.when.vanishes`).

In: statements.  Out: the names of such values.  A name that is not found costs nothing but the slope at the kink.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Container, Sequence
from numbers import Real

import numpy as np

from s2s import ir
from s2s_runtime import containers
from s2s_runtime.kernels import index_add, index_set


def vanishing(statements: Sequence[ir.Stmt]) -> set[str]:
    """The names of values that vanish, in all blocks of a program."""
    found: set[str] = set()
    _block(statements, found)
    return found


def _block(statements: Sequence[ir.Stmt], found: set[str]) -> None:
    for stmt in statements:
        match stmt:
            case ir.Let():
                if applied(stmt.value, found):
                    found.add(stmt.target)
            case ir.For() | ir.While():
                _loop(stmt, found)
            case _:
                arms = ir.blocks(stmt)
                for block in arms:
                    _block(block.statements, found)
                for k, name in enumerate(ir.binds(stmt)):
                    if any(_is_zero(block.yields[k], found) for block in arms):
                        found.add(name)


def _loop(stmt: ir.For | ir.While, found: set[str]) -> None:
    """What begins at 0 vanishes as long as each iteration ends with what does."""
    first = 1 if stmt.stops else 0
    carried = {k for k, init in enumerate(stmt.inits) if _is_zero(init, found)}
    while True:
        inside = found | {stmt.carried[k] for k in carried}
        _block(stmt.body.statements, inside)
        lasting = {k for k in carried if _is_zero(stmt.body.yields[first + k], inside)}
        if lasting == carried:
            break
        carried = lasting
    found |= inside
    found |= {stmt.results[k] for k in carried}


def _is_zero(atom: ir.Atom, found: Container[str]) -> bool:
    """Whether an atom vanishes: 0 itself does, and a list of what does, as long as nothing else is appended."""
    if isinstance(atom, ir.Pack):
        return atom.kind is list and all(_is_zero(item, found) for item in atom.items)
    if isinstance(atom, ir.Const):
        return type(atom.value) in (int, float) and bool(atom.value == 0)
    return atom.name in found


def applied(apply: ir.Apply, found: Container[str]) -> bool:
    """Whether an application gives a value that vanishes."""
    function, args = apply.function, apply.args
    if function in ZEROS:
        return True
    if not args:
        return False
    test = KINDS.get(function)
    return test is not None and test(args, lambda atom: _is_zero(atom, found))


Vanishes = Callable[[ir.Atom], bool]
Test = Callable[[Sequence[ir.Atom], Vanishes], bool]


def _of_first(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    """What is made of something that vanishes: a part of it, or an array in which something is stored elsewhere."""
    return vanishes(args[0])


def _product(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    """A square, or something times what vanishes."""
    return _same(args, vanishes) or any(map(vanishes, args[:2]))


def _same(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    return len(args) > 1 and isinstance(args[0], ir.Var) and args[0] == args[1]


def _sum(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    return all(map(vanishes, args[:2]))


def _any(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    return any(map(vanishes, args))


def _chosen(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    return any(map(vanishes, args[1:3]))


def _power(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    """An even power, or a positive one of what vanishes."""
    exponent = args[1].value if len(args) > 1 and isinstance(args[1], ir.Const) else None
    if not isinstance(exponent, Real) or exponent <= 0:
        return False
    return exponent % 2 == 0 or vanishes(args[0])


def _added(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    return vanishes(args[0]) and vanishes(args[2])


def _contracted(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    """`einsum('ij,ij->i', d, d)`."""
    subscripts = args[0].value if isinstance(args[0], ir.Const) else None
    if not isinstance(subscripts, str) or len(args) != 3:
        return False
    one, _, other = subscripts.replace(" ", "").partition("->")[0].partition(",")
    return one == other and _same(args[1:], vanishes)


def _always(args: Sequence[ir.Atom], vanishes: Vanishes) -> bool:
    return True


ZEROS = {np.zeros, np.zeros_like, np.empty, np.empty_like}
"""Arrays that nothing has been stored in."""

KINDS: dict[object, Test] = {
    **dict.fromkeys((operator.mul, np.multiply), _product),
    **dict.fromkeys((operator.matmul, np.matmul, np.dot, np.vdot, np.inner), _same),
    **dict.fromkeys((operator.add, np.add, containers.append), _sum),
    **dict.fromkeys((operator.pow, np.power, pow), _power),
    **dict.fromkeys((np.square, np.var, np.absolute, np.fabs, abs, operator.abs, np.hypot, np.linalg.norm), _always),
    **dict.fromkeys((max, np.maximum, np.fmax), _any),
    np.clip: _chosen,
    np.where: _chosen,
    np.einsum: _contracted,
    index_add: _added,
    **dict.fromkeys(
        (
            operator.truediv, np.divide, operator.getitem, np.sqrt, np.sum, np.mean, np.cumsum, np.copy, np.array, np.asarray,
            np.reshape, np.ravel, np.transpose, np.expand_dims, np.squeeze, np.broadcast_to, np.repeat, np.tile, np.roll,
            np.take, np.max, np.min, np.diagonal, np.triu, np.tril, float, np.float64, index_set,
        ),
        _of_first,
    ),
}  # fmt: skip
"""Of each function that may give such a value: when it does."""
