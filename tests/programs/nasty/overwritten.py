"""Values that are overwritten after they were used, by stores and by in-place arithmetic."""

import numpy as np

X = np.array([0.7, -0.4, 1.3, 0.9])
Y = np.array([1.1, 0.6, -0.8, 0.5])


# each store destroys an operand of its own reversal, twice over
def in_place_twice(a):
    for i in range(1, len(a)):
        a[i] = np.sin(a[i]) * a[i - 1]
    for i in range(1, len(a)):
        a[i] = np.sin(a[i]) * a[i - 1]
    return a


# the number taken out before must not follow the array
def scalar_kept_before_overwrite(a):
    first = a[0]
    a[0] = a[1] * a[2]
    a[1] = first * a[0]
    return a, first * first


# both operands of the product are what is being overwritten
def squared_onto_itself(a):
    a *= a
    a *= a
    return a


# the exponent is read from the array that is raised
def raised_to_its_own_entry(a):
    b = np.exp(a)
    b **= b[0]
    return b


# the divisor is an entry of the dividend: NumPy divides all by the old one
def divided_by_its_first(a):
    a /= a[0]
    a[0] += a[1]
    a -= a[0:1]
    return a * a


# entry by entry, the first division makes the divisor one for all others
def divided_by_its_first_in_a_loop(a):
    for i in range(len(a)):
        a[i] /= a[0]
    return a * a


# normalised by something computed from what is then destroyed
def normalised_twice(a):
    a /= np.sqrt(np.sum(a * a))
    a -= a.mean()
    a /= np.sqrt(np.sum(a * a) + 0.1)
    return a


# a constant covers an entry that had a derivative; the entry is read before and after
def constant_over_active(a):
    before = a[1] ** 2
    a[1] = 3.0
    after = a[1] * a[0]
    a[1] = a[1] + before
    return a, after


# a whole array of constants covers what was computed, then half of it comes back
def zeroed_and_refilled(a):
    b = np.sin(a)
    s = np.sum(b * a)
    b[:] = 0.0
    b[::2] = s * a[::2]
    return b


# `fill` with an entry of the array itself
def filled_with_its_own_entry(a):
    total = np.sum(np.exp(a))
    a.fill(a[2])
    a[0] *= total
    return a


# an inactive array goes into an active one: the cotangent must end there
def inactive_over_active(a):
    table = np.array([0.5, 1.5, 2.5, 3.5])
    a[1:3] = table[1:3]
    a[0] = table[0] * a[3]
    table[3] = 7.0
    return a * a * table


# whole numbers go into an active array
def integers_over_active(a):
    counts = np.arange(len(a))
    a[:2] = counts[2:]
    a[2] = counts[1] * a[3] + a[2]
    return a**2


# an active value goes into an array that was constant until then, in the last iteration only
def active_at_the_last_moment(a, n):
    b = np.ones(3)
    for i in range(n):
        b *= 1.5
        if i == n - 1:
            b[1] = a[0] * b[0]
    return b * b


# the old value comes back: stored away, overwritten, restored
def saved_and_restored(a):
    saved = a.copy()
    a[:] = np.exp(a)
    s = np.sum(a**2)
    a[:] = saved
    saved[0] = s
    return a * saved


# three entries rotate through a name
def rotated_through_a_name(a):
    for _ in range(5):
        t = a[0]
        a[0] = a[1] * t
        a[1] = a[2]
        a[2] = np.sin(t)
    return a


# entries change places in a loop, and each exchange also multiplies
def swapped_in_a_loop(a):
    n = len(a)
    for i in range(n - 1):
        a[i], a[i + 1] = a[i + 1] * a[i], a[i]
    for i in range(n // 2):
        a[i], a[n - 1 - i] = a[n - 1 - i], a[i]
    return a * np.arange(1, n + 1)


# bubble sort: which entries change places depends on the data
def bubble_sort(a):
    n = len(a)
    for i in range(n):
        for j in range(n - 1 - i):
            if a[j] > a[j + 1]:
                a[j], a[j + 1] = a[j + 1], a[j]
    return a * np.array([1.0, 2.0, 4.0, 8.0])


# sorted in place by the method, and used before and after
def sorted_by_method(a):
    s = a[0] * a[1]
    a.sort()
    a[0] *= s
    return a * a


# a running sum replaces its own terms, and is used nonlinearly
def running_sum_in_place(a):
    s = 0.0
    for i in range(len(a)):
        s = s + a[i] * a[i]
        a[i] = np.sin(s)
    return a, s


# read twice, written twice, in one statement each
def same_entry_on_both_sides(a):
    a[0] = a[0] * a[0] + a[1]
    a[1] = a[0] * a[1] + a[1]
    a[0] += a[0] * a[1]
    a[1] -= a[1] * a[0]
    return a


# negative and positive indices name the same entry
def same_entry_by_two_indices(a):
    n = len(a)
    a[-1] = a[n - 1] * a[0]
    a[n - 1] = np.sin(a[-1]) + a[-n]
    a[-n] *= a[n - 1]
    return a


# matrix multiplication in place, the matrix also changes
def matmul_in_place(A, B):
    A @= B
    B *= A[0, 0]
    A @= B
    return A


# the mean and the variance come from two states of the array
def statistics_of_two_states(a):
    mean = a.mean()
    a -= mean
    spread = np.sqrt(np.mean(a * a))
    a /= spread
    return a * mean + spread


# an integer buffer truncates: nothing passes through it
def truncated_by_an_integer_buffer(a):
    k = np.zeros(2, dtype=int)
    k[0] = 10 * a[0]
    b = a * 1.0
    b[1] = k[0] * a[1]
    b[2] = k[0]
    return b * b


# 0-d arrays are changed in place, numbers taken from arrays are not
def zero_dimensional(x):
    s = np.array(x)
    t = s
    t *= x
    u = s[()]
    s[...] = np.sin(u) * s
    s += x
    u += s
    return t * u, s


# an entry bound to a name is a number: adding to the name leaves the array alone
def number_is_not_a_view(a):
    x = a[1]
    x += 5.0 * a[0]
    y = a[1:2]
    y += x * a[0]
    return a * x


MATRIX = np.array([[0.9, 0.2], [-0.3, 1.1]])

ARGUMENTS = {
    in_place_twice: [(X,)],
    scalar_kept_before_overwrite: [(X,)],
    squared_onto_itself: [(X,)],
    raised_to_its_own_entry: [(X,)],
    divided_by_its_first: [(X,)],
    divided_by_its_first_in_a_loop: [(X,)],
    normalised_twice: [(X,)],
    constant_over_active: [(X,)],
    zeroed_and_refilled: [(X,)],
    filled_with_its_own_entry: [(X,)],
    inactive_over_active: [(X,)],
    integers_over_active: [(X,)],
    active_at_the_last_moment: [(X, 3), (X, 1)],
    saved_and_restored: [(X,)],
    rotated_through_a_name: [(X,)],
    swapped_in_a_loop: [(X,)],
    bubble_sort: [(X,)],
    sorted_by_method: [(X,)],
    running_sum_in_place: [(X,)],
    same_entry_on_both_sides: [(X,)],
    same_entry_by_two_indices: [(X,)],
    matmul_in_place: [(MATRIX, MATRIX.T + 0.5)],
    statistics_of_two_states: [(Y,)],
    truncated_by_an_integer_buffer: [(np.array([0.73, -0.4, 1.3]),)],
    zero_dimensional: [(0.8,)],
    number_is_not_a_view: [(X,)],
}
