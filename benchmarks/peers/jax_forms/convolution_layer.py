"""The library's convolution."""

import jax.numpy as jnp
from jax import lax


def loss(images, filters, bias, target):
    y = lax.conv_general_dilated(images, filters, (1, 1), "VALID", dimension_numbers=("NHWC", "HWIO", "NHWC"))
    return 0.5 * jnp.mean((jnp.tanh(y + bias) - target) ** 2)
