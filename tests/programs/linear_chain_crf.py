"""Negative log-likelihood of tagged sentences under a linear-chain CRF: scores and partition function by loops."""

import numpy as np


def logsumexp(v):
    top = v.max()
    return top + np.log(np.sum(np.exp(v - top)))


def sentence_score(emissions, transitions, start, end, tags):
    score = start[tags[0]] + emissions[0, tags[0]]
    for t in range(1, len(tags)):
        score += transitions[tags[t - 1], tags[t]] + emissions[t, tags[t]]
    return score + end[tags[-1]]


def log_partition(emissions, transitions, start, end):
    n_tags = transitions.shape[0]
    alpha = start + emissions[0]
    for t in range(1, emissions.shape[0]):
        new = np.empty(n_tags)
        for j in range(n_tags):
            new[j] = logsumexp(alpha + transitions[:, j]) + emissions[t, j]
        alpha = new
    alpha += end
    return logsumexp(alpha)


def loss(features, W, transitions, start, end, tags, lengths):
    nll = np.zeros(len(lengths))
    first = 0
    for s, length in enumerate(lengths):
        emissions = features[first : first + length] @ W
        sentence = tags[first : first + length]
        nll[s] = log_partition(emissions, transitions, start, end)
        nll[s] -= sentence_score(emissions, transitions, start, end, sentence)
        first += length
    return nll.sum() + 0.01 * np.sum(W**2)


def arguments(rng, n):
    n_tags, d = 3, 4
    lengths = np.array([n, 1, n - 1])
    total = int(lengths.sum())
    features, W = rng.normal(size=(total, d)), 0.5 * rng.normal(size=(d, n_tags))
    transitions = 0.5 * rng.normal(size=(n_tags, n_tags))
    start, end = 0.3 * rng.normal(size=(2, n_tags))
    return features, W, transitions, start, end, rng.integers(0, n_tags, size=total), lengths
