"""`jnp.fft.fft`."""

import jax.numpy as jnp


def loss(re, im):
    spectrum = jnp.fft.fft(re + 1j * im)
    return jnp.sum(jnp.log(0.1 + spectrum.real**2 + spectrum.imag**2))
