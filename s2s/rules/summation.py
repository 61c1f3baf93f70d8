"""Derivative rules: einsum and chains of matrices.

In: `np.einsum` in its string form, `np.linalg.multi_dot`, and the kernels that their rules call.  Out: their rules in
`RULES`.
"""

from __future__ import annotations

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import custom, linear, multilinear
from s2s_runtime.kernels import (
    chain_subscripts,
    contract,
    einsum_adjoints,
    einsum_adjoints_slope,
    einsum_second,
    einsum_tangent,
    pair_subscripts,
    shapes,
    spread,
)


def is_plain_product(subscripts, a, b, optimize):
    """Two operands, no label twice in one term, none in one term only: then every adjoint is a plain einsum as well.

    A label that is summed must have equal lengths: if one of them is 1, the adjoint has to be stretched.
    """
    if not (subscripts.const and isinstance(subscripts.const[0], str)):
        return False
    inputs, arrow, result = subscripts.const[0].replace(" ", "").partition("->")
    first, _, second = inputs.partition(",")
    if not arrow or not (first + second + result).replace(",", "").isalpha() or "," in second:
        return False
    once = all(len(set(term)) == len(term) for term in (first, second, result))
    summed = set(first + second) - set(result)
    shared = all(set(term) <= set(others) for term, others in ((first, second + result), (second, first + result)))
    return (
        once and shared and all(_length(a, first, label) == _length(b, second, label) is not None for label in summed)
    )


def _length(fact, term, label):
    shape = getattr(fact, "shape", None)
    return None if shape is None else shape[term.index(label)]


@multilinear(
    np.einsum,
    wrt=("a", "b"),
    when=is_plain_product,
    cases=[
        case("ij,jk->ik", A(2, 3), A(3, 4)),
        case("i,i->", A(3), A(3)),
        case("bij, bjk -> bik", A(2, 3, 4), A(2, 4, 5)),
        case("i,j->ji", A(2), A(3)),
        case("ij,ij->ij", A(1, 3), A(2, 3)),
        case("ij,j->i", A(0, 3), A(3)),
    ],
)
def einsum_product(g, subscripts, a, b, *, optimize=False):
    return np.einsum(pair_subscripts(subscripts, 0), g, b), np.einsum(pair_subscripts(subscripts, 1), a, g)


@linear(
    np.einsum,
    wrt=("a",),
    cases=[
        case("ij->ji", A(2, 3)),
        case("ij->i", A(2, 3)),
        case("ij->", A(2, 3)),
        case("ii->", A(3, 3)),
        case("ii->i", A(3, 3)),
        case("iji->j", A(2, 3, 2)),
        case("ji", A(2, 3)),
        case("ii", A(3, 3)),
        case("...ij->...ji", A(4, 2, 3)),
        case("i...->...", A(2, 3, 4)),
        case("...ii", A(4, 2, 2)),
        case("->", A()),
        case("ij->j", A(0, 3)),
    ],
)
def einsum_single(g, subscripts, a, *, optimize=False):
    return spread(subscripts, g, np.shape(a))


@multilinear(
    np.einsum,
    wrt=("a", "b"),
    cases=[
        case("ij,jk", A(2, 3), A(3, 4)),
        case("ij,k->i", A(2, 3), A(4)),
        case("ii,i->i", A(3, 3), A(3)),
        case("ij,ij->", A(2, 3), A(1, 3)),
        case("...ij,...jk->...ik", A(2, 3, 4), A(4, 5)),
        case("...i,i->...", A(2, 3, 4), A(4)),
        case("...,...->...", A(2, 3), A(3)),
        case("i...,i->...", A(2, 3), A(2)),
        case("b,a", A(2), A(3)),
        case(",i->i", A(), A(3)),
        case("ii,jj->ij", A(2, 2), A(3, 3)),
    ],
)
def einsum_pair(g, subscripts, a, b, *, optimize=False):
    return contract(subscripts, 0, 1, b, 2, g, np.shape(a)), contract(subscripts, 1, 0, a, 2, g, np.shape(b))


@multilinear(
    np.einsum,
    wrt=("operands",),
    cases=[
        case("ij,jk,kl->il", A(2, 3), A(3, 2), A(2, 4)),
        case("i,ij,j->", A(2), A(2, 3), A(3)),
        case("i,i,i", A(3), A(3), A(3)),
        case("...i,ij,...j->...", A(4, 2), A(2, 3), A(4, 3), optimize=True),
        case("i,j,k,l->lkji", A(2), A(1), A(2), A(3)),
        case("ii,ij,j->i", A(2, 2), A(2, 3), A(3)),
    ],
)
def einsum(g, subscripts, *operands, optimize=False):
    return einsum_adjoints(subscripts, g, operands)


def multi_dot_jvp(arrays_dot, arrays):
    return einsum_tangent(chain_subscripts(shapes(arrays)), arrays, arrays_dot)


@custom(
    np.linalg.multi_dot,
    jvp=multi_dot_jvp,
    sequences=("arrays",),
    cases=[
        case([A(2, 3), A(3, 4), A(4, 2)]),
        case([A(3), A(3, 4), A(4)]),
        case([A(2, 3), A(3)]),
        case([A(2, 3), A(2, 3, 2)]),
        case((A(3), A(3, 2), A(2, 2), A(2, 1))),
    ],
)
def multi_dot(g, arrays):
    return einsum_adjoints(chain_subscripts(shapes(arrays)), g, arrays)


# ------------------------------------------------------------------------------------------------------ kernels
@linear(
    spread,
    wrt=("g",),
    cases=[case("ij->i", A(2), (2, 3)), case("ii->i", A(3), (3, 3)), case("...j->...", A(2), (2, 3))],
)
def spread_adjoint(h, subscripts, g, shape):
    return np.einsum(subscripts, h)


CHAIN = ("ij,jk,k->i", (A(2, 3), A(3, 4), A(4)))


def einsum_adjoints_jvp(g_dot, operands_dot, subscripts, g, operands):
    return einsum_adjoints(subscripts, g_dot, operands), einsum_adjoints_slope(subscripts, g, operands, operands_dot)


@custom(einsum_adjoints, jvp=einsum_adjoints_jvp, wrt=("g", "operands"), several=True, cases=[case(CHAIN[0], A(2), CHAIN[1])])
def einsum_adjoints_adjoint(h, subscripts, g, operands):
    return einsum_tangent(subscripts, operands, h), einsum_adjoints_slope(subscripts, g, operands, h)


def einsum_tangent_jvp(operands_dot, tangents_dot, subscripts, operands, tangents):
    return einsum_second(subscripts, operands, operands_dot, tangents), einsum_tangent(
        subscripts, operands, tangents_dot
    )


@custom(einsum_tangent, jvp=einsum_tangent_jvp, wrt=("operands", "tangents"), cases=[case(*CHAIN, CHAIN[1])])
def einsum_tangent_adjoint(g, subscripts, operands, tangents):
    return einsum_adjoints_slope(subscripts, g, operands, tangents), einsum_adjoints(subscripts, g, operands)
