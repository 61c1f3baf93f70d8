"""A residual block with batch normalisation: 1x1, 3x3 and 1x1 convolutions; loops and slices, padding by a store."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def conv2d(x, w):
    K = w.shape[0]
    N, H, W, _ = x.shape
    y = np.empty((N, H - K + 1, W - K + 1, w.shape[3]), dtype=x.dtype)
    for i in range(H - K + 1):
        for j in range(W - K + 1):
            y[:, i, j, :] = np.sum(x[:, i : i + K, j : j + K, :, np.newaxis] * w[np.newaxis], axis=(1, 2, 3))
    return y


def batchnorm2d(x, gamma, beta, eps=1e-3):
    mean = np.mean(x, axis=0, keepdims=True)
    std = np.std(x, axis=0, keepdims=True)
    return gamma * (x - mean) / np.sqrt(std**2 + eps) + beta


def residual_block(x, conv1, conv2, conv3, gamma, beta):
    # the 3x3 convolution works on a padded array, so that the shape stays
    padded = np.zeros((x.shape[0], x.shape[1] + 2, x.shape[2] + 2, conv1.shape[3]))

    padded[:, 1:-1, 1:-1, :] = conv2d(x, conv1)
    y = batchnorm2d(padded, gamma[0], beta[0])
    y = relu(y)

    y = conv2d(y, conv2)
    y = batchnorm2d(y, gamma[1], beta[1])
    y = relu(y)

    y = conv2d(y, conv3)
    y = batchnorm2d(y, gamma[2], beta[2])
    return relu(y + x)


def loss(x, conv1, conv2, conv3, gamma, beta):
    y = residual_block(x, conv1, conv2, conv3, gamma, beta)
    return np.sum(y**2) / y.size


def arguments(rng, n):
    N, H, C, M = 3, n, 2, 2
    x = rng.normal(size=(N, H, H, C))
    x += 2.5 * np.sign(x)  # clear of the corner of the last relu
    conv1 = 0.4 * rng.normal(size=(1, 1, C, M))
    conv2 = 0.2 * rng.normal(size=(3, 3, M, M))
    conv3 = 0.4 * rng.normal(size=(1, 1, M, C))
    gamma = rng.uniform(0.5, 0.9, size=3)
    beta = 0.1 + 0.1 * rng.uniform(size=3)
    return x, conv1, conv2, conv3, gamma, beta
