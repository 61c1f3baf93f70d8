"""Stores whose right side reads the entries that are being written: NumPy reads all of them first."""

import numpy as np

X = np.array([0.7, -0.4, 1.3, 0.9, -1.1])
A = np.array([[0.8, -0.5, 1.2], [0.3, 0.9, -0.7], [1.1, -0.2, 0.6]])


# shifted by one: read first, then written
def shifted_right(a):
    a[1:] = a[:-1]
    a[1:] *= a[:-1]
    return a


# shifted the other way, with arithmetic
def shifted_left_with_arithmetic(a):
    a[:-1] = a[1:] * a[:-1] + np.sin(a[1:])
    a[:-2] = a[2:] * a[1:-1]
    return a


# the loop that looks like the shift is another program: the first entry runs through
def shifted_by_a_loop(a):
    for i in range(1, len(a)):
        a[i] = np.sin(a[i - 1]) + 0.5 * a[i]
    for i in range(len(a) - 1):
        a[i] = a[i + 1] * a[i]
    return a


# reversed onto itself
def reversed_onto_itself(a):
    a[::-1] = a
    a[1::-1] *= a[:2]
    return a


# the same, with arithmetic: the middle entry is its own source
def reversed_onto_itself_twice(a):
    a[::-1] = a * a
    a[:] = a[::-1] * a
    return a


# the mirror image is added while it changes
def mirror_added(a):
    a += a[::-1]
    a *= a[::-1]
    a -= a[::-1] * a[0]
    return a


# the transpose goes over the matrix
def transposed_onto_itself(M):
    M[:] = M.T
    M[0] *= M[:, 0]
    M[:, 1] = M[1] * M[0]
    return M


# the first row is subtracted from all rows, itself included
def minus_its_first_row(M):
    M -= M[0]
    M[0] = 1.0 + M[1]
    M *= M[0]
    return M


# row by row, the first row is zero when the others come
def minus_its_first_row_in_a_loop(M):
    for i in range(len(M)):
        M[i] = M[i] - 0.5 * M[0]
    return M * M


# one row over all rows: a broadcast store of a part of the target
def row_over_all_rows(M):
    s = np.sum(M**2)
    M[...] = M[1]
    M[0] *= s
    return M


# every second onto every other
def interleaved(a):
    a[::2] = a[::-2] * a[::2]
    a[1::2] *= a[:-1:2]
    a[-2::-2] += a[::2][:2]
    return a


# exchanging slices goes wrong in NumPy: both end up as the second
def swapped_slices(a):
    a[:2], a[2:4] = a[2:4], a[:2]
    a[0] *= a[2]
    return a


# exchanging rows likewise: the right side holds views
def swapped_rows(M):
    M[0], M[1] = M[1], M[0]
    M[0] *= M[1]
    return M


# exchanging rows by a list of indices is right: the right side is a copy
def swapped_rows_by_indices(M):
    M[[0, 2]] = M[[2, 0]]
    M[0] *= M[2]
    M[:, [0, 1]] = M[:, [1, 0]] * M[0, 0]
    return M


# the result goes where an operand is
def out_is_an_input(a, b):
    np.multiply(a, b, out=a)
    np.add(a, a, out=b)
    np.sin(b, out=b)
    np.subtract(a, b, out=a)
    np.multiply(a, a, out=a)
    return a, b


# the result goes to entries that overlap with those that are read
def out_overlaps_an_input(a):
    np.add(a[1:], a[:-1], out=a[1:])
    np.multiply(a[:-1], a[1:], out=a[:-1])
    return a


# sums along the array, onto the array
def cumulative_onto_itself(a):
    np.cumsum(a, out=a)
    a *= a
    a[1:] = np.cumsum(a)[:-1]
    return a


# a function of the whole array goes into a part of it
def function_of_itself_into_a_part(a):
    a[1:3] = np.sin(np.sum(a * a))
    a[0] = 0.2 * (a @ a)
    a[2:] = np.dot(a, a) * a[:3]
    return a


# matrix product over one of its factors
def product_over_a_factor(M):
    M[:] = M @ M
    M[0] = M @ M[0]
    M[:, 2] = M[2] @ M
    return M


# results of reductions go into rows of what was reduced
def reduced_into_itself(M):
    np.sum(M * M, axis=0, out=M[1])
    M.mean(axis=1, out=M[:, 0])
    return M * M


# np.where and np.roll make new arrays that are then written beside the old one
def choice_written_in_place(a):
    b = np.where(a > 0, a * a, 0.5 * a)
    b[1] = a[1] * b[0]
    a[0] = b[1] * b[2]
    c = np.roll(a, 1)
    c[0] *= a[0]
    return b * c


# the outer product is formed from the row that it is subtracted from
def rank_one_update_in_place(M):
    M -= np.outer(M[0], M[:, 0]) * 0.3
    M[1:, 1:] -= np.outer(M[1:, 0], M[0, 1:]) / M[0, 0]
    return M


# np.copyto between parts of one array
def copied_within(a):
    np.copyto(a[2:], a[:3])
    a[0] *= a[4]
    np.copyto(a, a[::-1] * a[1])
    return a


ARGUMENTS = {
    shifted_right: [(X,)],
    shifted_left_with_arithmetic: [(X,)],
    shifted_by_a_loop: [(X,)],
    reversed_onto_itself: [(X,)],
    reversed_onto_itself_twice: [(X,)],
    mirror_added: [(X,)],
    transposed_onto_itself: [(A,)],
    minus_its_first_row: [(A,)],
    minus_its_first_row_in_a_loop: [(A,)],
    row_over_all_rows: [(A,)],
    interleaved: [(X,)],
    swapped_slices: [(X,)],
    swapped_rows: [(A,)],
    swapped_rows_by_indices: [(A,)],
    out_is_an_input: [(X, X[::-1].copy())],
    out_overlaps_an_input: [(X,)],
    cumulative_onto_itself: [(X,)],
    function_of_itself_into_a_part: [(X,)],
    product_over_a_factor: [(A,)],
    reduced_into_itself: [(A,)],
    choice_written_in_place: [(X,)],
    rank_one_update_in_place: [(A,)],
    copied_within: [(X,)],
}
