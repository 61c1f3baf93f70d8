"""Functions that are called for what they write: nobody reads their result, and leaving the call out would be wrong."""

import operator

import numpy as np

X = np.array([0.7, -0.4, 1.3, 0.9])
A = np.array([[0.8, -0.5], [0.3, 0.9]])


# the last positional argument of a ufunc is where it writes
def out_by_position(a):
    np.sin(a, a)
    np.multiply(a, a[::-1], a)
    np.add(a, 0.1, a)
    return a


# a tuple of one, and a view as the place
def out_in_a_tuple(a):
    np.multiply(a, a, out=(a,))
    np.add(a[:2], a[2:], out=a[1:3])
    np.power(a, 2, out=a)
    return a


# the result is the place: one array under two names
def out_that_is_returned(a):
    b = np.zeros(len(a))
    c = np.sin(a, out=b)
    c[0] *= a[1]
    b[1] += c[0]
    return b * c


# nothing was in the place before
def out_into_empty(a):
    b = np.empty_like(a)
    np.multiply(a, a, out=b)
    np.exp(b, out=b)
    c = np.empty(2)
    np.add(b[:2], b[2:], c)
    return b, c


# the old content stays where the mask says so, and is needed
def out_where(a):
    mask = a > 0
    b = a * a
    np.sqrt(a, out=b, where=mask)
    np.multiply(b, a, out=a, where=~mask)
    np.copyto(b, a[::-1], where=mask)
    return a, b


# methods write too
def methods_with_out(a):
    a.cumsum(out=a)
    a.clip(0.2, 3.0, out=a)
    a.reshape(2, 2).mean(axis=0, out=a[:2])
    a.reshape(2, 2).sum(axis=1, out=a[2:])
    return a


# reductions and scans into parts of what they read
def reductions_with_out(a):
    M = a.reshape(2, 2)
    np.prod(M, axis=0, out=a[:2])
    np.cumprod(a, out=a)
    np.max(M, axis=1, out=a[1:3])
    np.var(M, axis=1, out=a[2:])
    return a


# by position there are four arguments before the place
def reductions_by_position(a):
    np.sum(a.reshape(2, 2), 0, None, a[:2])
    np.cumsum(a, 0, None, a)
    return a


# products into parts of their factors
def products_with_out(M, x):
    np.dot(M, x, out=x)
    np.matmul(M, M, out=M)
    np.outer(x, x, out=M[:, :])
    np.einsum("ij,j->i", M, x, out=x)
    return M, x


# gathered and joined into the place that is read
def gathered_with_out(a):
    np.take(a * 2.0, [1, 0], out=a[:2])
    np.concatenate([a[2:] * a[:2], a[:2]], out=a)
    np.stack([a[2:], a[:2] * a[1]], out=a.reshape(2, 2))
    return a


# methods of ufuncs
def ufunc_methods(a):
    np.add.accumulate(a, out=a)
    np.multiply.reduce(a.reshape(2, 2), axis=0, out=a[:2])
    np.multiply.at(a, [0, 0], a[1])
    return a


# operators as functions: they change their first argument
def operators_as_functions(a):
    operator.iadd(a, a[::-1])
    operator.imul(a, a)
    operator.setitem(a, 0, a[1] * a[2])
    b = operator.isub(a, a[0])
    b[1] *= a[2]
    return a * b


# stores by method, and through the flat iterator
def stores_by_method(a, M):
    a.put([0, 2], a[1:3] * a[0])
    a.partition(2)
    M.flat[1] = a[0] * M[1, 1]
    M.flat[::3] = a[:2]
    M.real[0] *= M[1]
    return a, M


# called in a helper, whose result nobody reads either
def activate(x, out):
    np.tanh(x, out=out)
    return np.multiply(out, x, out=out)


def effect_in_a_helper(a):
    b = np.zeros_like(a)
    activate(a, b)
    activate(b[:2], a[2:])
    activate(a, a)
    return a, b


# the place is made in the call
def out_made_in_the_call(a):
    mask = a > 0
    b = np.log(a, out=np.zeros_like(a), where=mask)
    return b + np.divide(1.0, a, out=np.full_like(a, 0.5), where=a != 0)


# rounding writes what has no derivative over what has one
def rounded_in_place(a):
    s = np.sum(a * a)
    np.round(a, 1, out=a)
    np.floor(a[:2], out=a[:2])
    return a * s


ARGUMENTS = {
    out_by_position: [(X,)],
    out_in_a_tuple: [(X,)],
    out_that_is_returned: [(X,)],
    out_into_empty: [(X,)],
    out_where: [(X,)],
    out_made_in_the_call: [(X,)],
    methods_with_out: [(X,)],
    reductions_with_out: [(X,)],
    reductions_by_position: [(X,)],
    products_with_out: [(A, X[:2])],
    gathered_with_out: [(X,)],
    ufunc_methods: [(X,)],
    operators_as_functions: [(X,)],
    stores_by_method: [(X, A)],
    effect_in_a_helper: [(X,)],
    rounded_in_place: [(np.array([0.72, -0.43, 1.34, 0.87]),)],
}
