"""Each point of the grid has both sweeps in one pass, with its rows of kernels in two buffers; the first row serves twice.

The kernels between the data are symmetric: half of them are computed, and kept for the second pass over pairs.
"""

import numpy as np

from peers.hand._compiled import fast
from s2s_runtime.elementary import exp, log


@fast
def kernels(point, data, scale, row):
    """row = exp(scale * (data - point)**2); (its sum, its sum weighted with the data)."""
    total = weighted = 0.0
    for j in range(len(data)):
        offset = data[j] - point
        k = exp(scale * offset * offset)
        row[j] = k
        total += k
        weighted += k * data[j]
    return total, weighted


@fast
def shifted_back(point, shifted, total_bar, shifted_bar, total, row, data, data_bar, scale):
    """Reverse of a row of kernels, of its sum, and of the weighted mean; (cotangent of the point, of scale)."""
    share = shifted_bar / total
    point_bar = scale_bar = 0.0
    for j in range(len(data)):
        offset = data[j] - point
        k_bar = (share * (data[j] - shifted) + total_bar) * row[j]
        along = k_bar * 2.0 * scale * offset
        data_bar[j] += share * row[j] + along
        point_bar -= along
        scale_bar += k_bar * offset * offset
    return point_bar, scale_bar


@fast
def over_pairs(data, data_bar, scale, norm):
    """(the sum of log p, the cotangent of scale) for -0.1 times this sum; the cotangents of the data are added."""
    n = len(data)
    kept, p = np.empty((n, n)), np.zeros(n)
    for i in range(n - 1):
        others, sums, row = data[i + 1 :], p[i + 1 :], kept[i, i + 1 :]
        total = 0.0
        for j in range(n - 1 - i):
            offset = data[i] - others[j]
            k = exp(scale * offset * offset)
            row[j] = k
            sums[j] += k
            total += k
        p[i] += total
    value = scale_bar = 0.0
    for i in range(n):
        value += log(p[i])
        p[i] = -0.1 / p[i]
    for i in range(n - 1):
        others, sums, row, bars = data[i + 1 :], p[i + 1 :], kept[i, i + 1 :], data_bar[i + 1 :]
        total = 0.0
        for j in range(n - 1 - i):
            offset = data[i] - others[j]
            k_bar = (p[i] + sums[j]) * row[j]
            along = k_bar * 2.0 * scale * offset
            scale_bar += k_bar * offset * offset
            bars[j] -= along
            total += along
        data_bar[i] += total
    return value - n * np.log(norm), scale_bar


@fast
def value_and_grad(grid, data, h):
    m, n = len(grid), len(data)
    scale = -0.5 / h**2
    per_kernel = 1.0 / (n * h * np.sqrt(2 * np.pi))
    grid_bar, data_bar = np.empty(m), np.zeros(n)
    first, second = np.empty(n), np.empty(n)
    value = scale_bar = norm_bar = 0.0
    for g in range(m):
        total, weighted = kernels(grid[g], data, scale, first)
        once = weighted / total
        total_2, weighted_2 = kernels(once, data, scale, second)
        twice = weighted_2 / total_2
        f = total * per_kernel
        value += f * f + twice * twice / m
        norm_bar += 2.0 * f * f  # with respect to the logarithm of the factor
        once_bar, part = shifted_back(once, twice, 0.0, 2.0 * twice / m, total_2, second, data, data_bar, scale)
        scale_bar += part
        total_bar = 2.0 * f * per_kernel
        grid_bar[g], part = shifted_back(grid[g], once, total_bar, once_bar, total, first, data, data_bar, scale)
        scale_bar += part
    logs, part = over_pairs(data, data_bar, scale, (n - 1) * h * np.sqrt(2 * np.pi))
    scale_bar += part
    h_bar = scale_bar / h**3 - norm_bar / h + 0.1 * n / h
    return value - 0.1 * logs, (grid_bar, data_bar, h_bar)
