"""Keys in order by a heap, indices from 1, sifted down by flags and jumps; what goes with them is moved along."""

import numpy as np


def heap_sort(ra, rb, n):
    l = (n >> 1) + 1
    ir = n
    while True:
        if l > 1:
            l -= 1
            key, with_it = ra[l], rb[l]
        else:
            key, with_it = ra[ir], rb[ir]
            ra[ir], rb[ir] = ra[1], rb[1]
            ir -= 1
            if ir == 1:
                ra[1], rb[1] = key, with_it
                break
        i, j = l, l + l
        while j <= ir:
            if j < ir and ra[j] < ra[j + 1]:
                j += 1
            if key < ra[j]:
                ra[i], rb[i] = ra[j], rb[j]
                i = j
                j <<= 1
            else:
                break
        ra[i], rb[i] = key, with_it


def loss(keys, values):
    n = len(keys)
    ra, rb = np.zeros(n + 1), np.zeros(n + 1)
    ra[1:], rb[1:] = keys, values
    heap_sort(ra, rb, n)
    # the area under the curve through the points, from left to right
    area = 0.0
    for k in range(1, n):
        area += 0.5 * (ra[k + 1] - ra[k]) * (rb[k + 1] + rb[k])
    return area + np.sum(ra[1:] * np.arange(n) ** 2) + np.sum(rb**2)


def arguments(rng, n):
    return rng.normal(size=2 * n), rng.normal(size=2 * n)
