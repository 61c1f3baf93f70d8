"""Expressions whose result shares memory with an array although one does not see it; either of the two is then changed."""

import numpy as np

X = np.array([0.7, -0.4, 1.3, 0.9])


# astype without a copy, and asanyarray, give the array itself
def conversions_that_do_nothing(a):
    b = np.exp(a)
    c = b.astype(float, copy=False)
    d = np.asanyarray(c)
    b *= a + 2.0
    d[0] += c[1] * b[2]
    return b, c * d


# the method conj of a real array gives the array itself, the function np.conj a new one
def conjugates(a):
    b = np.exp(a)
    c = b.conj()
    d = np.conj(b)
    b *= a + 2.0
    d *= c[0]
    c[1] = d[2] * b[3]
    return b, d


# np.diag of a matrix is a view of its diagonal, read after the matrix has changed
def diagonal_by_diag(a):
    M = np.exp(a).reshape(2, 2)
    d = np.diag(M)
    M *= a[0] + 2.0
    M[1, 1] *= d[0]
    return M * d


# einsum of one operand gives a view, which can be written
def views_by_einsum(a):
    M = np.exp(a).reshape(2, 2)
    d = np.einsum("ii->i", M)
    T = np.einsum("ij->ji", M)
    d *= a[:2]
    T[0] += M[1] * d[1]
    return M, d


# turned and mirrored views are written
def turned_and_mirrored(a):
    b = np.exp(a)
    M = b.reshape(2, 2)
    np.rot90(M)[0] *= a[:2]
    np.fliplr(M)[1] += M[0] * a[0]
    up = np.flip(b)
    up[:3] *= b[:3]
    return b, M


# axes by every name that transposes
def transposed_by_other_names(a):
    M = np.exp(a).reshape(2, 2)
    P = np.transpose(M)
    Q = np.matrix_transpose(M)
    R = M.mT
    P[0] *= a[:2]
    Q[1] += R[0]
    R *= P[0, 1]
    return M * Q


# rows in a list, by iterating
def rows_in_lists(a):
    M = np.exp(a).reshape(2, 2)
    rows = list(M)
    again = [row for row in M]
    first, *rest = M
    M *= a[0] + 2.0
    rows[1] *= again[0]
    rest[0][0] = first[1] * rows[0][0]
    return M, again[1]


# pieces of np.split are written one after another
def split_and_written(a):
    b = np.exp(a)
    for k, piece in enumerate(np.split(b, 2)):
        piece *= a[2 * k] + piece[::-1]
    top, bottom = np.vsplit(b.reshape(2, 2), 2)
    top += bottom * bottom
    return b


# the alias exists only where the test is true
def alias_by_expression(a, k):
    b = np.exp(a)
    c = b if a[k] > 0 else b * 2.0
    b *= a + 2.0
    c[0] *= b[1]
    return b, c


# `or` hands on one of its operands
def alias_by_operators(a, start):
    b = np.exp(a)
    c = start or b
    b *= a
    c[1] *= b[0]
    return b, c


# the array itself or a copy, as its layout has it
def contiguous_or_not(a):
    M = np.exp(a).reshape(2, 2)
    same = np.ascontiguousarray(M)
    other = np.ascontiguousarray(M.T)
    flat = M.T.reshape(-1)
    line = M.reshape(-1)
    M *= a[0] + 2.0
    other[0] *= same[1]
    line[2] += flat[1] * other[0, 0]
    return M, flat


# a loop over columns and one over entries of rows, through the iterator
def written_through_iterators(a):
    M = np.exp(a).reshape(2, 2)
    for column, factor in zip(M.T, a):
        column *= factor
    for i, (row, other) in enumerate(zip(M, M[::-1])):
        row += 0.5 * other * (i + 1)
    return M


ARGUMENTS = {
    conversions_that_do_nothing: [(X,)],
    conjugates: [(X,)],
    diagonal_by_diag: [(X,)],
    views_by_einsum: [(X,)],
    turned_and_mirrored: [(X,)],
    transposed_by_other_names: [(X,)],
    rows_in_lists: [(X,)],
    split_and_written: [(X,)],
    alias_by_expression: [(X, 0), (X, 1)],
    alias_by_operators: [(X, None)],
    contiguous_or_not: [(X,)],
    written_through_iterators: [(X,)],
}
