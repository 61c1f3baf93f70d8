"""LeNet: two convolutions with max pooling, three dense layers; everything by loops and slices."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def conv2d(x, w):
    K = w.shape[0]
    H_out = x.shape[1] - K + 1
    W_out = x.shape[2] - K + 1
    y = np.empty((x.shape[0], H_out, W_out, w.shape[3]))
    for i in range(H_out):
        for j in range(W_out):
            window = x[:, i : i + K, j : j + K, :, np.newaxis]
            y[:, i, j, :] = np.sum(window * w[np.newaxis], axis=(1, 2, 3))
    return y


def maxpool2d(x):
    """The largest of each 2x2 square."""
    y = np.empty([x.shape[0], x.shape[1] // 2, x.shape[2] // 2, x.shape[3]])
    for i in range(x.shape[1] // 2):
        for j in range(x.shape[2] // 2):
            y[:, i, j, :] = np.max(x[:, 2 * i : 2 * i + 2, 2 * j : 2 * j + 2, :], axis=(1, 2))
    return y


def lenet5(x, conv1, conv1bias, conv2, conv2bias, fc1w, fc1b, fc2w, fc2b, fc3w, fc3b, N):
    x = relu(conv2d(x, conv1) + conv1bias)
    x = maxpool2d(x)
    x = relu(conv2d(x, conv2) + conv2bias)
    x = maxpool2d(x)
    x = np.reshape(x, (N, -1))
    x = relu(x @ fc1w + fc1b)
    x = relu(x @ fc2w + fc2b)
    return x @ fc3w + fc3b


def loss(x, labels, conv1, conv1bias, conv2, conv2bias, fc1w, fc1b, fc2w, fc2b, fc3w, fc3b):
    N = x.shape[0]
    logits = lenet5(x, conv1, conv1bias, conv2, conv2bias, fc1w, fc1b, fc2w, fc2b, fc3w, fc3b, N)
    total = 0.0
    for i in range(N):
        row = logits[i] - np.max(logits[i])
        total += np.log(np.sum(np.exp(row))) - row[labels[i]]
    return total / N


def arguments(rng, n):
    N, K, C1, C2, D1, D2, classes = 2, 3, 2, 3, 6, 5, 3
    H = 2 * n + 4
    inner = ((H - K + 1) // 2 - K + 1) // 2
    x = rng.normal(size=(N, H, H, 1))
    labels = rng.integers(0, classes, size=N)
    conv1 = rng.normal(size=(K, K, 1, C1)) / 3
    conv2 = rng.normal(size=(K, K, C1, C2)) / 4
    fc1w = rng.normal(size=(inner * inner * C2, D1)) / inner
    fc2w = rng.normal(size=(D1, D2)) / 2
    fc3w = rng.normal(size=(D2, classes)) / 2
    biases = [0.1 * rng.normal(size=size) + 0.1 for size in (C1, C2, D1, D2, classes)]
    return x, labels, conv1, biases[0], conv2, biases[1], fc1w, biases[2], fc2w, biases[3], fc3w, biases[4]
