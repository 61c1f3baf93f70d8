"""Views and aliases: one array under several names, written through one and read through another."""

import numpy as np

X = np.array([0.7, -0.4, 1.3, 0.9, -1.1, 0.5])
A = np.array([[0.8, -0.5, 1.2], [0.3, 0.9, -0.7], [1.1, -0.2, 0.6]])


# two names, one array
def alias_then_write(a):
    b = a
    b[0] = a[1] * a[2]
    a[1] = b[0] * b[1]
    return a * b


# chained assignment makes one array, not two
def chained_zeros(a):
    x = y = np.zeros(len(a))
    x[0] = a[0] * a[1]
    y[1] = x[0] * y[0]
    x[2:] = a[2:] * y[1]
    return y


# the view was made before its base is written
def view_read_after_base_written(a):
    v = a[1:4]
    s = np.sum(v * v)
    a[2] = s * a[0]
    return np.sum(v * v * v), a


# the base is read after a write through the view
def base_read_after_view_written(a):
    v = a[1:4]
    v *= a[0:3]
    s = np.sum(a * a)
    v[0] = s
    return a * s


# two views share entries
def overlapping_views(a):
    left = a[:4]
    right = a[2:]
    left *= right
    right += left * left
    left[3] = right[0] * a[5]
    return a


# a view of a view of a view
def view_of_views(a):
    v = a[1:]
    w = v[::2]
    u = w[::-1]
    u[0] = w[0] * v[0]
    w += u[1] * a[0]
    v[1] = np.sin(u[2])
    return a


# the name of the base is bound anew, the view keeps the old array
def view_outlives_the_name(a):
    b = a * 2.0
    v = b[1:3]
    b = np.sin(b)
    v *= b[1:3]
    b[1] = v[0] * v[1]
    return v, b


# the same name is a view first and a new array afterwards
def rebound_instead_of_written(a):
    v = a[:3]
    v += a[3:]
    v = v * a[:3]
    v += 1.0
    a[0] = v[0]
    return a, v


# a step of -1: what is written first is what is read last
def reversed_view(a):
    r = a[::-1]
    for i in range(len(a) - 1):
        r[i] = a[i] * r[i + 1]
    return a


# rows bound to names and written through
def rows_by_name(M):
    first, second, third = M
    first *= second
    second += first * third[0]
    third[:] = first * second
    return M


# a row of the transposed array is a column
def row_of_the_transpose(M):
    T = M.T
    T[0] += M[1] * M[0, 0]
    M.T[1] *= T[0]
    column = T[2]
    column -= M[2]
    return M


# symmetrised through the transpose, both orders of index at once
def transpose_stored_over_itself(M):
    M[:] = M.T * M
    M += M.T
    return M


# reshape gives a view here
def reshaped_view(a):
    M = a.reshape(2, 3)
    M[0] = a[3:] * M[1]
    M[:, 1] *= a[0]
    a[4] = M[0, 0] * M[1, 2]
    return M


# the transpose has to be copied to be flat: what is written there is lost
def ravel_that_copies(M):
    flat = M.T.ravel()
    flat[1] = M[0, 0] * flat[2]
    M[0, 1] = flat[1] + flat[0]
    return M, flat


# ravel of the array itself is a view, flatten is a copy
def ravel_and_flatten(M):
    seen = M.ravel()
    kept = M.flatten()
    seen[1] = kept[2] * kept[1]
    kept[0] = seen[1] * seen[0]
    M[1] *= seen[0]
    return seen * kept


# a block without its frame, flattened, is a copy although ravel of the whole is not
def ravel_of_a_block(M):
    block = M[:2, :2].ravel()
    block *= M[2, 2]
    M[0, 0] = block[3] * M[0, 0]
    return M, block


# np.asarray gives the argument itself
def asarray_of_the_argument(x):
    a = np.asarray(x)
    a[0] = x[1] * x[0]
    b = np.array(x)
    b[1] = a[0] * x[1]
    return x, b


# functions that may copy, and do not
def looks_like_a_copy(x):
    a = np.atleast_1d(x)
    b = np.ascontiguousarray(a)
    c = b.astype(float, copy=False)
    c[0] *= x[1]
    d = x[:]
    d[1] = a[0] * c[1]
    return x * x


# functions that copy
def is_a_copy(x):
    a = +x
    b = x + 0
    c = x.astype(float)
    d = x[[0, 1, 2]]
    a[0] = b[1] * c[2]
    d[1] *= a[0]
    c[0] = 4.0
    x[0] = a[0] * d[1] + c[0] * b[0]
    return x


# chained indices: a view of a view is written, a copy of a choice is not
def chained_indices(M):
    M[0][1] = M[1][0] * M[2][2]
    M[[0, 1]][0] = 7.0
    M[M > 0][0] = 5.0
    M[1:][0][2] *= M[0][1]
    return M


# an array of columns through new axes
def new_axis_view(a):
    column = a[:, np.newaxis]
    column[1] = a[0] * a[2]
    row = a[None]
    row[0, 2] *= column[1, 0]
    row *= column[0]
    return column


# pieces of np.split are views
def pieces_of_a_split(a):
    left, right = np.split(a, 2)
    left *= right
    right[0] = np.sum(left * a[:3])
    return a


# the diagonal is a view that is read after the matrix was written
def diagonal_read_late(M):
    d = np.diagonal(M)
    s = np.sum(d * d)
    M[1, 1] = s * M[0, 0]
    M[0, 1] = d[1] * d[2]
    return M, d * s


# a repeated row is one row, read after it was written
def broadcast_read_late(a):
    wide = np.broadcast_to(a[:3], (2, 3))
    s = np.sum(wide**2)
    a[1] = s * a[4]
    return wide * a[5]


# exchanged axes, written through
def swapped_axes(B):
    C = np.swapaxes(B, 0, 2)
    D = np.moveaxis(B, 0, -1)
    C[0] *= D[0].T[:, 0:1]
    D[1, 0, 0] = C[0, 0, 1] * B[0, 1, 1]
    return B


# an axis of length one is taken away and the array is written through the result
def squeezed_view(a):
    M = a.reshape(1, -1)
    v = M.squeeze()
    v[1:] *= v[:-1]
    M[0, 0] = v[1] * a[2]
    return a


# the same rows by iterating: the iteration sees what was written ahead of it
def iteration_sees_writes_ahead(M):
    i = 0
    for row in M:
        if i + 1 < len(M):
            M[i + 1] += row * row
        row *= 0.5
        i += 1
    return M


# numbers by iterating, likewise
def numbers_seen_while_written(a):
    for i, v in enumerate(a):
        a[(i + 1) % len(a)] += 0.3 * v * v
    return a


# a view that moves on with the loop and is written one step behind
def carried_view(M):
    last = M[0]
    for i in range(1, len(M)):
        row = M[i]
        row *= last
        last[0] += row[1] * last[1]
        last = row
    last -= M[0]
    return M


# views put into a list once, written in later loops
def list_of_views(a):
    parts = [a[k : k + 3] for k in range(0, 4)]
    for p in parts:
        p *= p[::-1]
    parts[1][0] = parts[0][2] * parts[3][1]
    return a


# rows in a list: augmented assignment writes through and binds anew
def list_of_rows(M):
    rows = list(M)
    rows[0] *= M[1]
    rows[1] = rows[1] * rows[0]
    rows[1] += 1.0
    M[2] = rows[1] * rows[0]
    return M


# the real and the imaginary part of an array are views of it
def parts_of_a_complex_array(a, b):
    z = np.zeros(len(a), dtype=complex)
    re, im = z.real, z.imag
    re[:] = a
    im[:] = b * re
    z *= z
    re -= im
    return np.abs(z) ** 2


B = np.arange(12.0).reshape(2, 2, 3) / 10 + 0.3

ARGUMENTS = {
    alias_then_write: [(X,)],
    chained_zeros: [(X,)],
    view_read_after_base_written: [(X,)],
    base_read_after_view_written: [(X,)],
    overlapping_views: [(X,)],
    view_of_views: [(X,)],
    view_outlives_the_name: [(X,)],
    rebound_instead_of_written: [(X,)],
    reversed_view: [(X,)],
    rows_by_name: [(A,)],
    row_of_the_transpose: [(A,)],
    transpose_stored_over_itself: [(A,)],
    reshaped_view: [(X,)],
    ravel_that_copies: [(A,)],
    ravel_and_flatten: [(A,)],
    ravel_of_a_block: [(A,)],
    asarray_of_the_argument: [(X,)],
    looks_like_a_copy: [(X,)],
    is_a_copy: [(X[:3],)],
    chained_indices: [(A,)],
    new_axis_view: [(X[:3],)],
    pieces_of_a_split: [(X,)],
    diagonal_read_late: [(A,)],
    broadcast_read_late: [(X,)],
    swapped_axes: [(B,)],
    squeezed_view: [(X[:4],)],
    iteration_sees_writes_ahead: [(A,)],
    numbers_seen_while_written: [(X[:4],)],
    carried_view: [(A,)],
    list_of_views: [(X,)],
    list_of_rows: [(A,)],
    parts_of_a_complex_array: [(X[:3], X[3:])],
}
