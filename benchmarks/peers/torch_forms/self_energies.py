"""The four small sums by shifted copies of G; then all matrix products at once, after what does not depend on k and E."""

import torch
from torch.nn.functional import pad


def self_energies(neighbours, dH, G, D):
    """G[k - q, E - w, neighbours] @ dH @ (dH D[q, w]), summed: D is a number, so the two dH are multiplied first."""
    Nqz, Nw = D.shape[:2]
    NE = G.shape[1]
    total = torch.zeros(())
    for q in range(Nqz):
        # the first index goes round, as a negative one does
        shifted = torch.roll(G, q, 0)
        for w in range(Nw):
            late = pad(shifted[:, : max(NE - w, 0)], (0, 0, 0, 0, 0, 0, min(w, NE), 0))
            total = total + D[q, w][:, :, None, None] * late[:, :, neighbours]
    return torch.einsum("keabij,abjl->keail", total, dH @ dH)


def loss(neighbours, dH_re, dH_im, G_re, G_im, D):
    Sigma = self_energies(neighbours, torch.complex(dH_re, dH_im), torch.complex(G_re, G_im), D)
    return torch.sum(Sigma.real**2 + Sigma.imag**2) / Sigma.numel() + torch.sum(Sigma.real * G_im)
