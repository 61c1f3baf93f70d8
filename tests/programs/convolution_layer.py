"""A convolution layer with bias over a batch of images; loops over the output's pixels, slices for the window.

Layout: images N, H, W, C; filters K, K, C_in, C_out.
"""

import numpy as np


def conv2d(images, filters):
    K = filters.shape[0]
    N, H, W, _ = images.shape
    H_out = H - K + 1
    W_out = W - K + 1
    output = np.empty((N, H_out, W_out, filters.shape[3]))
    for i in range(H_out):
        for j in range(W_out):
            output[:, i, j, :] = np.sum(
                images[:, i : i + K, j : j + K, :, np.newaxis] * filters[np.newaxis, :, :, :], axis=(1, 2, 3)
            )
    return output


def conv2d_bias(images, filters, bias):
    return conv2d(images, filters) + bias


def loss(images, filters, bias, target):
    y = np.tanh(conv2d_bias(images, filters, bias))
    return 0.5 * np.mean((y - target) ** 2)


def arguments(rng, n):
    N, H, C_in, C_out, K = 2, n + 2, 2, 3, 3
    images = rng.normal(size=(N, H, H, C_in))
    filters = 0.3 * rng.normal(size=(K, K, C_in, C_out))
    bias = 0.1 * rng.normal(size=C_out)
    target = rng.uniform(-0.5, 0.5, size=(N, H - K + 1, H - K + 1, C_out))
    return images, filters, bias, target
