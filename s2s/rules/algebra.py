"""Derivative rules: products of vectors, matrices and tensors.

In: matmul, dot, inner, outer, vdot, tensordot, kron, cross.  Out: their rules in `RULES`.  The adjoint of a product is
a product: `contract` with another slot open.
"""

from __future__ import annotations

import operator

import numpy as np

from s2s.rules.cases import A, case
from s2s.rules.declare import linear, multilinear
from s2s.rules.when import any_scalar, at_least, is_one_of, ranks
from s2s_runtime.kernels import (
    contract,
    dot_subscripts,
    inner_subscripts,
    kron_join,
    kron_split,
    matmul_subscripts,
    sum_to,
    tensordot_subscripts,
)

MATMULS = (np.matmul, operator.matmul, np.linalg.matmul)


def named(name):
    """A function of NumPy that older versions do not have."""
    return [getattr(np, name)] if hasattr(np, name) else []


# ------------------------------------------------------------------------------------------- matrices and vectors
@multilinear(
    *MATMULS, np.dot, when=ranks(2, 2), cases=[case(A(2, 3), A(3, 4)), case(A(1, 3), A(3, 1)), case(A(2, 0), A(0, 3))]
)
def matrix_matrix(g, a, b):
    return g @ np.transpose(b), np.transpose(a) @ g


@multilinear(*MATMULS, np.dot, when=ranks(2, 1), cases=[case(A(2, 3), A(3)), case(A(1, 1), A(1)), case(A(0, 3), A(3))])
def matrix_vector(g, a, b):
    return np.outer(g, b), np.transpose(a) @ g


@multilinear(*MATMULS, np.dot, when=ranks(1, 2), cases=[case(A(3), A(3, 2)), case(A(1), A(1, 1)), case(A(3), A(3, 0))])
def vector_matrix(g, a, b):
    return b @ g, np.outer(a, g)


@multilinear(
    *MATMULS, np.dot, np.inner, when=ranks(1, 1), cases=[case(A(3), A(3)), case(A(1), A(1)), case(A(0), A(0))]
)
def vector_vector(g, a, b):
    return g * b, g * a


STACKS = [
    case(A(2, 3, 4), A(2, 4, 5)),
    case(A(2, 3, 4), A(4, 5)),
    case(A(3, 4), A(2, 4, 5)),
    case(A(2, 1, 3, 4), A(5, 4, 2)),
    case(A(1, 3, 4), A(2, 4, 1)),
]


@multilinear(*MATMULS, when=at_least(2, 2), cases=STACKS)
def stacked_matrices(g, x1, x2):
    return g @ np.swapaxes(x2, -1, -2), np.swapaxes(x1, -1, -2) @ g


@multilinear(*MATMULS, cases=[case(A(2, 3, 4), A(4)), case(A(3), A(2, 3, 4)), case(A(5, 2, 3, 4), A(4))])
def matmul(g, x1, x2):
    subscripts = matmul_subscripts(np.ndim(x1), np.ndim(x2))
    return contract(subscripts, 0, 1, x2, 2, g, np.shape(x1)), contract(subscripts, 1, 0, x1, 2, g, np.shape(x2))


@multilinear(
    *named("vecdot"),
    np.linalg.vecdot,
    cases=[case(A(3), A(3)), case(A(2, 3), A(3)), case(A(2, 1, 3), A(4, 3)), case(A(0), A(0))],
)
def vecdot(g, x1, x2):
    """The first operand is conjugated."""
    subscripts = "...j,...j->..."
    x1_bar = contract(subscripts, 0, 1, x2, 2, g, np.shape(x1))
    return np.conj(x1_bar), contract(subscripts, 1, 0, np.conj(x1), 2, g, np.shape(x2))


@multilinear(*named("matvec"), cases=[case(A(2, 3), A(3)), case(A(2, 3), A(4, 3)), case(A(4, 2, 3), A(3))])
def matvec(g, x1, x2):
    subscripts = "...ij,...j->...i"
    return contract(subscripts, 0, 1, x2, 2, g, np.shape(x1)), contract(subscripts, 1, 0, x1, 2, g, np.shape(x2))


@multilinear(*named("vecmat"), cases=[case(A(2), A(2, 3)), case(A(4, 2), A(2, 3)), case(A(2), A(4, 2, 3))])
def vecmat(g, x1, x2):
    """The vector is conjugated."""
    subscripts = "...i,...ij->...j"
    x1_bar = contract(subscripts, 0, 1, x2, 2, g, np.shape(x1))
    return np.conj(x1_bar), contract(subscripts, 1, 0, np.conj(x1), 2, g, np.shape(x2))


@multilinear(np.dot, np.inner, when=any_scalar, cases=[case(A(), A(3)), case(A(2, 3), A()), case(A(), A())])
def scaled(g, a, b):
    return g * b, g * a


@multilinear(
    np.dot, cases=[case(A(2, 3, 4), A(4)), case(A(3), A(2, 3, 4)), case(A(2, 3), A(4, 3, 2)), case(A(2, 2, 3), A(3, 4))]
)
def dot(g, a, b):
    subscripts = dot_subscripts(np.ndim(a), np.ndim(b))
    return contract(subscripts, 0, 1, b, 2, g, np.shape(a)), contract(subscripts, 1, 0, a, 2, g, np.shape(b))


@multilinear(np.inner, cases=[case(A(2, 3), A(4, 3)), case(A(3), A(2, 4, 3)), case(A(2, 2, 3), A(3))])
def inner(g, a, b):
    subscripts = inner_subscripts(np.ndim(a), np.ndim(b))
    return contract(subscripts, 0, 1, b, 2, g, np.shape(a)), contract(subscripts, 1, 0, a, 2, g, np.shape(b))


@multilinear(np.vdot, when=ranks(1, 1), cases=[case(A(3), A(3)), case(A(1), A(1)), case(A(0), A(0))])
def vdot_of_vectors(g, a, b):
    """The first operand is conjugated."""
    return np.conj(g * b), g * np.conj(a)


@multilinear(np.vdot, cases=[case(A(2, 3), A(2, 3)), case(A(), A()), case(A(6), A(2, 3))])
def vdot(g, a, b):
    return np.conj(g * np.reshape(b, np.shape(a))), g * np.conj(np.reshape(a, np.shape(b)))


@multilinear(np.outer, np.linalg.outer, when=ranks(1, 1), cases=[case(A(2), A(3)), case(A(1), A(3)), case(A(0), A(2))])
def outer_vectors(g, a, b):
    return g @ b, a @ g


@multilinear(np.outer, cases=[case(A(2, 3), A(2)), case(A(), A(3)), case(A(2, 1), A(1, 2))])
def outer(g, a, b):
    return np.reshape(g @ np.ravel(b), np.shape(a)), np.reshape(np.ravel(a) @ g, np.shape(b))


@multilinear(
    np.tensordot,
    wrt=("a", "b"),
    cases=[
        case(A(2, 3, 4), A(3, 4, 2)),
        case(A(2, 3), A(3, 4), 1),
        case(A(2), A(3), 0),
        case(A(2, 3, 4), A(4, 2, 5), axes=([0, 2], [1, 0])),
        case(A(2, 3), A(4, 3), axes=(-1, 1)),
        case(A(), A(3), axes=0),
        case(A(0, 3), A(3, 2), 1),
        case(A(1, 3), A(3, 1), 1),
    ],
)
def tensordot(g, a, b, axes=2):
    subscripts = tensordot_subscripts(np.ndim(a), np.ndim(b), axes)
    return contract(subscripts, 0, 1, b, 2, g, np.shape(a)), contract(subscripts, 1, 0, a, 2, g, np.shape(b))


@multilinear(
    contract,
    wrt=("x", "y"),
    cases=[
        case("ij,jk->ik", 0, 1, A(3, 4), 2, A(2, 4), (2, 3)),
        case("ij,jk->ik", 2, 0, A(2, 3), 1, A(3, 4), (2, 4)),
        case("...j,j->...", 1, 2, A(5, 2), 0, A(5, 2, 3), (3,)),
        case("ii,i->", 0, 1, A(3), 2, A(), (3, 3)),
        case("ij,i->i", 1, 0, A(2, 3), 2, A(2), (1,)),
    ],
)
def contract_adjoint(h, subscripts, slot, i, x, j, y, shape):
    return contract(subscripts, i, slot, h, j, y, np.shape(x)), contract(subscripts, j, slot, h, i, x, np.shape(y))


# --------------------------------------------------------------------------------------------- Kronecker, cross
@multilinear(
    np.kron,
    cases=[
        case(A(2, 3), A(3, 2)),
        case(A(3), A(2)),
        case(A(3), A(2, 2)),
        case(A(2, 1, 2), A(3)),
        case(A(), A(2)),
        case(A(0), A(2)),
    ],
)
def kron(g, a, b):
    blocks = kron_split(g, np.shape(a), np.shape(b))
    return np.tensordot(blocks, b, np.ndim(b)), np.tensordot(a, blocks, np.ndim(a))


@linear(kron_split, cases=[case(A(6, 6), (2, 3), (3, 2)), case(A(2, 6), (3,), (2, 2))])
def kron_split_adjoint(h, g, shape1, shape2):
    return kron_join(h, shape1, shape2)


@linear(kron_join, cases=[case(A(2, 3, 3, 2), (2, 3), (3, 2)), case(A(3, 2, 2), (3,), (2, 2))])
def kron_join_adjoint(h, blocks, shape1, shape2):
    return kron_split(h, shape1, shape2)


def along_last(a, b, axisa, axisb, axisc, axis):
    return all(is_one_of(fact, -1) for fact in (axisa, axisb, axisc)) and is_one_of(axis, None, -1)


@multilinear(
    np.cross,
    wrt=("a", "b"),
    when=along_last,
    cases=[case(A(3), A(3)), case(A(2, 3), A(2, 3)), case(A(3), A(2, 3)), case(A(0, 3), A(3))],
)
def cross_last(g, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    return np.cross(b, g), np.cross(g, a)


@multilinear(
    np.cross,
    wrt=("a", "b"),
    cases=[
        case(A(3, 2), A(3, 2), axis=0),
        case(A(3), A(3, 4), axis=0),
        case(A(3, 2), A(2, 3), 0, 1, 0),
        case(A(2, 3), A(3, 2), axisb=0),
    ],
)
def cross(g, a, b, axisa=-1, axisb=-1, axisc=-1, axis=None):
    """With the vectors along the last axis: a_bar = b x g, b_bar = g x a."""
    if axis is not None:
        axisa, axisb, axisc = axis, axis, axis
    a_last = np.moveaxis(a, axisa, -1)
    b_last = np.moveaxis(b, axisb, -1)
    g_last = np.moveaxis(g, axisc, -1)
    a_bar = sum_to(np.cross(b_last, g_last), np.shape(a_last))
    b_bar = sum_to(np.cross(g_last, a_last), np.shape(b_last))
    return np.moveaxis(a_bar, -1, axisa), np.moveaxis(b_bar, -1, axisb)
