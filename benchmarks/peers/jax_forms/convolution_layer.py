"""A short loop over the window, each a product with the filters at that offset: faster here than `lax.conv`."""

import jax.numpy as jnp


def conv2d(images, filters):
    K = filters.shape[0]
    rows, columns = images.shape[1] - K + 1, images.shape[2] - K + 1
    return sum(images[:, a : a + rows, b : b + columns] @ filters[a, b] for a in range(K) for b in range(K))


def loss(images, filters, bias, target):
    y = jnp.tanh(conv2d(images, filters) + bias)
    return 0.5 * jnp.mean((y - target) ** 2)
