"""Stores at indices and masks: repeated, computed from data, changed afterwards."""

import numpy as np

X = np.array([0.7, -0.4, 1.3, 0.9, -1.1])
V = np.array([0.5, 1.7, -0.6])
A = np.array([[0.8, -0.5, 1.2], [0.3, 0.9, -0.7], [1.1, -0.2, 0.6]])


# an index that is there twice: the last value stays, the first has no derivative
def repeated_store(a, v):
    a[[1, 3, 1]] = v * a[[0, 1, 2]]
    a[[0, 0]] = a[[1, 3]]
    return a * a


# an index that is there twice is added to once
def repeated_augmented(a, v):
    a[[2, 2, 0]] += v * a[2]
    a[[4, 4]] *= a[[2, 3]]
    return a * a


# np.add.at adds each time
def repeated_add_at(a, v):
    np.add.at(a, [2, 2, 0], v * a[2])
    np.subtract.at(a, [1, 1], a[[0, 2]])
    return a * a


# pairs of indices, one pair there twice
def repeated_pairs(M, v):
    M[[0, 1, 0], [2, 0, 2]] = v * M[[1, 1, 2], [0, 1, 2]]
    M[[2, 2], [0, 0]] += v[:2] * M[0, 2]
    return M * M


# the index array is changed after it was used
def index_changed_after_use(a):
    idx = np.array([0, 2])
    a[idx] = a[idx] * a[1]
    idx[0] = 3
    a[idx] = np.sin(a[idx])
    idx += 1
    return a * a[idx[0]]


# the index is a number that goes on
def index_variable_goes_on(a):
    i = 0
    a[i] *= a[i + 1]
    i += 1
    a[i] = a[i - 1] * a[i]
    i = i + 2
    a[i] += a[i - 2] ** 2
    i = 0
    return a * a[i]


# targets are assigned from left to right: the index is the new one
def index_assigned_in_the_same_statement(a):
    i = 0
    i, a[i] = 2, a[1] * a[2]
    a[i], i = a[0] * a[i], 1
    i = a[i] = 3
    return a * a[i]


# the mask is older than what it selects
def stale_mask(a):
    mask = a > 0.0
    a[mask] = -a[mask] * a[0]
    s = np.sum(a[mask] ** 2)
    a[~mask] *= s
    a[mask] += 2.0
    return a


# the mask is changed after it was used
def mask_changed_after_use(a):
    mask = np.array([True, False, True, False, True])
    a[mask] *= a[1]
    mask[0] = False
    a[mask] = a[mask] ** 2
    mask[:] = True
    return a * a[mask]


# masks of what is being overwritten
def masked_by_itself(a):
    a[a < 0] *= 0.1
    a[a > 1] = a[a > 1] ** 2
    a[a > 0.5] -= a[0]
    return a * a


# nothing is selected
def mask_that_selects_nothing(a):
    a[a > 100.0] = a[a > 100.0] ** 2
    a[np.zeros(5, dtype=bool)] = 3.0
    a[[]] = 1.0
    return a * a


# where the data are largest is where they are then changed, three times
def index_from_the_data(a):
    for _ in range(3):
        k = np.argmax(np.abs(a))
        a[k] = 0.3 * a[k] * a[k - 1]
    return a


# indices are computed by rounding the numbers that are differentiated
def bin_by_value(a):
    bins = np.zeros(4)
    weight = np.ones(4)
    for v in a:
        k = int(v + 1.5)
        bins[k] += v * weight[k]
        weight[k] *= 1.5 * v
    return bins, weight


# a permutation is applied over and over, by indices and by its inverse
def permuted_onto_itself(a):
    p = np.array([2, 0, 1, 4, 3])
    a[p] = a * a[0]
    a[:] = a[p]
    q = np.argsort(p)
    a[q] *= a
    return a


# rows chosen by an array, columns by a slice
def rows_and_columns(M, v):
    M[[2, 0], 1:] = M[:2, :2] * v[0]
    M[:, [0, 0]] = M[:, 1:]
    M[np.ix_([0, 1], [0, 2])] *= M[2, 1]
    return M


# a mask for rows, then one for entries
def masks_of_rows(M, v):
    heavy = M.sum(axis=1) > 1.0
    M[heavy] *= v
    M[heavy, 0] = M[~heavy, 1].sum()
    M[M < -0.1] = M[0, 0] * M[2, 2]
    return M


# one number goes to many entries: its cotangent is a sum; then one of them is covered again
def one_to_many(a, v):
    s = a @ a
    a[:] = v[0] * v[1]
    a[2] = v[2] * s
    a[1:4] *= a[2]
    return a


# a row goes to several rows
def row_to_rows(M, v):
    M[1:] = v * M[0]
    M[:, 0] = v[:, np.newaxis][:, 0] * M[1]
    M[0, :] += M[:, 0]
    return M


# functions that store
def storing_functions(a, v):
    np.put(a, [0, 2], v[:2] * a[1])
    np.putmask(a, a > 0.9, a * a)
    np.place(a, np.array([False, True, False, True, False]), v[1:] * a[0])
    return a * a


# the diagonal is filled, after and before the matrix is used
def diagonal_filled(M, v):
    s = np.linalg.det(M)
    np.fill_diagonal(M, v * s)
    M[np.arange(3), np.arange(3)] += M[0, 1]
    return M * M


# sin where the mask says, the rest stays
def where_argument(a):
    mask = a > 0
    np.sin(a, out=a, where=mask)
    np.multiply(a, a[0], out=a, where=~mask)
    return a * a


# only steps that are negative, and bounds beyond the ends
def odd_slices(a):
    a[3:0:-1] *= a[0:3]
    a[-100:2] += a[4:100].sum()
    a[4:1] = 9.0
    a[-1:-3:-1] = a[:2] * a[3:5]
    return a


# the counter of the loop is the index, and the loop changes it
def loop_counter_overwritten(a):
    for i in range(3):
        a[i] *= a[i + 1]
        i += 1
        a[i] += a[i - 1] ** 2
    return a * a[i]


ARGUMENTS = {
    repeated_store: [(X, V)],
    repeated_augmented: [(X, V)],
    repeated_add_at: [(X, V)],
    repeated_pairs: [(A, V)],
    index_changed_after_use: [(X,)],
    index_variable_goes_on: [(X,)],
    index_assigned_in_the_same_statement: [(X,)],
    stale_mask: [(X,)],
    mask_changed_after_use: [(X,)],
    masked_by_itself: [(X,)],
    mask_that_selects_nothing: [(X,)],
    index_from_the_data: [(X,)],
    bin_by_value: [(X,)],
    permuted_onto_itself: [(X,)],
    rows_and_columns: [(A, V)],
    masks_of_rows: [(A, V)],
    one_to_many: [(X, V)],
    row_to_rows: [(A, V)],
    storing_functions: [(X, V)],
    diagonal_filled: [(A, V)],
    where_argument: [(X,)],
    odd_slices: [(X,)],
    loop_counter_overwritten: [(X,)],
}
