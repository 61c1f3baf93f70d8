"""The window is a short loop over its offsets, each a shift of the padded image with a mask at the border."""

import jax.numpy as jnp
import numpy as np

STATIC = (2,)


def bilateral(image, radius, sigma_space, sigma_range):
    rows, cols = image.shape
    padded = jnp.pad(image, radius)
    valid = np.pad(np.ones((rows, cols), dtype=bool), radius)
    weighted = total = 0.0
    for a in range(2 * radius + 1):
        for b in range(2 * radius + 1):
            space = ((a - radius) ** 2 + (b - radius) ** 2) / (2 * sigma_space**2)
            shifted = padded[a : a + rows, b : b + cols]
            w = jnp.exp(-((shifted - image) ** 2) / (2 * sigma_range**2) - space)
            w = jnp.where(valid[a : a + rows, b : b + cols], w, 0.0)
            weighted += w * shifted
            total += w
    return weighted / total


def loss(image, clean, radius, sigma_space, sigma_range):
    for _ in range(2):
        image = bilateral(image, radius, sigma_space, sigma_range)
    return jnp.sum((image - clean) ** 2)
