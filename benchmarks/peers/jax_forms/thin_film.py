"""All wavelengths at once in a scan over the layers; the entries of the 2 by 2 matrices as arrays of their own."""

import jax.numpy as jnp
from jax import lax


def reflectance(n_layers, thickness, wavelength, n_substrate):
    def layer(M, now):
        """The matrices are [[a, i b], [i c, d]] with real numbers, and so are their products."""
        a, b, c, d = M
        n, thick = now
        phi = 2 * jnp.pi * n * thick / wavelength
        cos, sin = jnp.cos(phi), jnp.sin(phi)
        return (a * cos - b * n * sin, a * sin / n + b * cos, c * cos + d * n * sin, d * cos - c * sin / n), None

    one, zero = jnp.ones_like(wavelength), jnp.zeros_like(wavelength)
    (a, b, c, d), _ = lax.scan(layer, (one, zero, zero, one), (n_layers, thickness))
    B, C = a + 1j * b * n_substrate, 1j * c + d * n_substrate
    r = (B - C) / (B + C)
    return r.real**2 + r.imag**2


def loss(n_layers, thickness, wavelength, n_substrate, wanted):
    return jnp.sum((reflectance(n_layers, thickness, wavelength, n_substrate) - wanted) ** 2)
