"""`jnp.fft.fft`."""

import jax.numpy as jnp


def loss(signal, window):
    spectrum = jnp.fft.fft(signal * window)
    real, imag = spectrum.real, spectrum.imag
    return jnp.sum(jnp.log(0.5 + real**2 + imag**2)) + real[1] * imag[1]
