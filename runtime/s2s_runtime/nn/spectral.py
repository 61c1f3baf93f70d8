"""Layers in the space of frequencies."""

from __future__ import annotations

from typing import Any

import numpy as np


def fourier1d(params: Any, x: Any) -> Any:
    """The lowest frequencies of each channel mixed, the others left out: the spectral part of a Fourier neural operator (Li et al., 2021).

    params: {"real", "imag"}: (channels of the result, channels, modes), the parts of a complex matrix for each frequency.  x: (batch,
    channels, length).  Result: (batch, channels of the result, length).  Raises ValueError for more modes than there are frequencies.
    """
    modes, length = params["real"].shape[2], x.shape[2]
    if modes > length // 2 + 1:
        raise ValueError("fourier1d: there are more modes than frequencies")
    found = np.fft.rfft(x, axis=2)[:, :, :modes]
    mixed = np.einsum("oim,bim->bom", params["real"] + 1j * params["imag"], found)
    left_out = np.zeros((x.shape[0], params["real"].shape[0], length // 2 + 1 - modes), dtype=mixed.dtype)
    return np.fft.irfft(np.concatenate([mixed, left_out], axis=2), n=length, axis=2)
