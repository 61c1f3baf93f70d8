"""Summed-area tables by running sums in place, and box sums read from them with clipped windows; linear."""

import numpy as np

LINEAR = True


def summed_area(image):
    table = np.zeros((image.shape[0] + 1, image.shape[1] + 1))
    table[1:, 1:] = image
    for i in range(1, table.shape[0]):
        table[i] += table[i - 1]
    for j in range(1, table.shape[1]):
        table[:, j] += table[:, j - 1]
    return table


def box_mean(image, radius):
    rows, cols = image.shape
    table = summed_area(image)
    result = np.empty_like(image)
    for i in range(rows):
        top, bottom = max(i - radius, 0), min(i + radius + 1, rows)
        for j in range(cols):
            left, right = max(j - radius, 0), min(j + radius + 1, cols)
            total = table[bottom, right] - table[top, right] - table[bottom, left] + table[top, left]
            result[i, j] = total / ((bottom - top) * (right - left))
    return result


def plain_sum(image, radius):
    smooth = box_mean(image, radius)
    return np.sum(smooth) + 3.0 * smooth[0, -1] - np.sum(smooth[1::2, ::2])


def loss(image, radius):
    return np.sum(np.sin(box_mean(image, radius)))


def arguments(rng, n):
    return rng.normal(size=(n, n + 1)), 1
