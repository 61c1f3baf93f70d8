"""Needleman and Wunsch's alignment of two sequences of vectors, with a soft maximum instead of the largest score."""

import numpy as np

MATCH, UP, LEFT = 0, 1, 2


def soft_needleman_wunsch(similarity, gap, temperature):
    n, m = similarity.shape
    V = np.zeros((n + 1, m + 1))
    choice = np.zeros((n + 1, m + 1, 3))
    V[:, 0] = gap * np.arange(n + 1)
    V[0, :] = gap * np.arange(m + 1)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            options = np.zeros(3)
            options[MATCH] = V[i - 1, j - 1] + similarity[i - 1, j - 1]
            options[UP] = V[i - 1, j] + gap
            options[LEFT] = V[i, j - 1] + gap
            top = np.max(options)
            e = np.exp((options - top) / temperature)
            V[i, j] = top + temperature * np.log(np.sum(e))
            choice[i, j, :] = e / np.sum(e)
    return V, choice


def expected_alignment(choice):
    """Probability that i is aligned with j, from the last cell back to the first."""
    n, m = choice.shape[0] - 1, choice.shape[1] - 1
    reach = np.zeros((n + 1, m + 1))
    aligned = np.zeros((n, m))
    reach[n, m] = 1.0
    for i in range(n, 0, -1):
        for j in range(m, 0, -1):
            aligned[i - 1, j - 1] = reach[i, j] * choice[i, j, MATCH]
            reach[i - 1, j - 1] += aligned[i - 1, j - 1]
            reach[i - 1, j] += reach[i, j] * choice[i, j, UP]
            reach[i, j - 1] += reach[i, j] * choice[i, j, LEFT]
    return aligned


def loss(a, b, gap, temperature):
    similarity = a @ b.T
    V, choice = soft_needleman_wunsch(similarity, gap, temperature)
    aligned = expected_alignment(choice)
    return V[-1, -1] + np.sum(aligned**2)


def arguments(rng, n):
    return rng.normal(size=(n, 3)), rng.normal(size=(n - 1, 3)), -0.6, 0.8
