"""The library's transform."""

import torch


def loss(signal, window):
    spectrum = torch.fft.fft(signal * window)
    real, imag = spectrum.real, spectrum.imag
    return torch.sum(torch.log(0.5 + real**2 + imag**2)) + real[1] * imag[1]
