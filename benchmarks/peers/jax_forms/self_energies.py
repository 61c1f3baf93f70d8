"""The four small sums by shifted copies of G; then all matrix products at once, after what does not depend on k and E."""

import jax.numpy as jnp


def self_energies(neighbours, dH, G, D):
    """G[k - q, E - w, neighbours] @ dH @ (dH D[q, w]), summed: D is a number, so the two dH are multiplied first."""
    Nqz, Nw = D.shape[:2]
    NE = G.shape[1]
    total = 0.0
    for q in range(Nqz):
        # the first index goes round, as a negative one does
        shifted = jnp.roll(G, q, axis=0)
        for w in range(Nw):
            late = jnp.pad(shifted[:, : max(NE - w, 0)], ((0, 0), (min(w, NE), 0), (0, 0), (0, 0), (0, 0)))
            total = total + D[q, w][:, :, None, None] * late[:, :, neighbours]
    return jnp.einsum("keabij,abjl->keail", total, dH @ dH)


def loss(neighbours, dH_re, dH_im, G_re, G_im, D):
    Sigma = self_energies(neighbours, dH_re + 1j * dH_im, G_re + 1j * G_im, D)
    return jnp.sum(Sigma.real**2 + Sigma.imag**2) / Sigma.size + jnp.sum(Sigma.real * G_im)
