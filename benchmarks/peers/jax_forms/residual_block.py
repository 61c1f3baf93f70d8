"""Convolutions as one matrix product over stacked windows; padding by `jnp.pad`."""

import jax
import jax.numpy as jnp
from jax_forms.lenet import conv2d


def batchnorm2d(x, gamma, beta, eps=1e-3):
    centred = x - jnp.mean(x, axis=0)
    return gamma * centred / jnp.sqrt(jnp.mean(centred**2, axis=0) + eps) + beta


def residual_block(x, conv1, conv2, conv3, gamma, beta):
    y = jnp.pad(conv2d(x, conv1), ((0, 0), (1, 1), (1, 1), (0, 0)))
    y = jax.nn.relu(batchnorm2d(y, gamma[0], beta[0]))
    y = jax.nn.relu(batchnorm2d(conv2d(y, conv2), gamma[1], beta[1]))
    return jax.nn.relu(batchnorm2d(conv2d(y, conv3), gamma[2], beta[2]) + x)


def loss(x, conv1, conv2, conv3, gamma, beta):
    return jnp.mean(residual_block(x, conv1, conv2, conv3, gamma, beta) ** 2)
