"""All wavelengths at once in a loop over the layers; the entries of the 2 by 2 matrices as arrays of their own."""

import math

import torch


def reflectance(n_layers, thickness, wavelength, n_substrate):
    """The matrices are [[a, i b], [i c, d]] with real numbers, and so are their products."""
    a = d = torch.ones_like(wavelength)
    b = c = torch.zeros_like(wavelength)
    for n, thick in zip(n_layers, thickness, strict=True):
        phi = 2 * math.pi * n * thick / wavelength
        cos, sin = torch.cos(phi), torch.sin(phi)
        a, b = a * cos - b * n * sin, a * sin / n + b * cos
        c, d = c * cos + d * n * sin, d * cos - c * sin / n
    B, C = torch.complex(a, b * n_substrate), torch.complex(d * n_substrate, c)
    r = (B - C) / (B + C)
    return r.real**2 + r.imag**2


def loss(n_layers, thickness, wavelength, n_substrate, wanted):
    return torch.sum((reflectance(n_layers, thickness, wavelength, n_substrate) - wanted) ** 2)
