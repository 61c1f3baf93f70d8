"""Complex numbers on the way from real arguments to a real result: arithmetic, parts, stores, transforms, iterations."""

import cmath
import math
from dataclasses import dataclass

import numpy as np

from language.corpus import Program


def orbit(a, b):
    """How far a point gets under z*z + c."""
    z, c = 0j, complex(a, b)
    n = 0
    while abs(z) < 2.0 and n < 20:
        z = z * z + c
        n += 1
    return abs(z) ** 2


def escape_radii(x, y):
    c = x[np.newaxis, :] + 1j * y[:, np.newaxis]
    z = np.zeros(c.shape, dtype=complex)
    for _ in range(4):
        inside = np.abs(z) < 2
        z[inside] = z[inside] ** 2 + c[inside]
    return np.sum(np.log1p(z.real**2 + z.imag**2))


def starts_as_a_whole_number(x):
    z = 0
    for k in range(3):
        z = z * z + x[k] + 1j * x[k + 1]
    return z.real**2 + z.imag


def impedance(r, inductance, capacity, omega):
    z = r + 1j * omega * inductance + 1 / (1j * omega * capacity)
    return abs(1 / z) ** 2 + 0.01 * math.degrees(cmath.phase(z))


def roots_of_a_quadratic(c):
    d = cmath.sqrt(1 - 16 * c)
    return abs((-1 + d) / (2 * c)) + ((-1 - d) / (2 * c)).imag ** 2


def polar_and_back(x, y):
    r, phi = cmath.polar(x + 1j * y)
    w = cmath.rect(r * phi, phi**2)
    return w.real + cmath.log(w, 2).imag


@dataclass
class Wave:
    amplitude: complex
    k: float

    def at(self, x):
        return self.amplitude * np.exp(1j * self.k * x)


def interference(x, k):
    field = Wave(1 + 0.5j * k, k).at(x) + Wave(x[0], 2 * k).at(x)
    return np.sum((field * field.conj()).real)


def parts_of_an_array(a, b):
    z = np.zeros(len(a), dtype=complex)
    z.real = a
    z.imag[:] = a * b
    z *= z
    z.imag -= z.real
    z.real[0] += b[1]
    re, im = z.real, z.imag
    re *= im
    return np.sum(np.abs(z) ** 3) + im[0] * re[1]


def filled_with_either(x):
    z = np.zeros(4, complex)
    for i in range(4):
        z[i] = x[i] if i % 2 else x[i] * np.exp(1j * x[i])
    z /= 1 + 1j
    z[z.real < 0.2] = 0
    return np.vdot(z, z * x).real + np.linalg.norm(z)


def low_pass(x):
    spectrum = np.fft.rfft(x)
    k = np.fft.rfftfreq(len(x))
    return np.sum(np.fft.irfft(spectrum * np.exp(-(k**2)), n=len(x)) ** 2 * x)


def spectral_derivative(u):
    k = 2j * np.pi * np.fft.fftfreq(u.size, d=1 / u.size)
    for _ in range(2):
        u = u + 0.01 * np.fft.ifft(k * np.fft.fft(u)).real
    return np.sum(u**3)


def fft_by_recursion(x):
    def fft(v):
        n = len(v)
        if n == 1:
            return v
        even, odd = fft(v[::2]), fft(v[1::2])
        w = np.exp(-2j * np.pi * np.arange(n // 2) / n)
        return np.concatenate([even + w * odd, even - w * odd])

    return np.sum(np.abs(fft(x)) ** 2 * np.arange(len(x)))


def dipoles(x):
    n = len(x)
    A = np.zeros((n, n), complex)
    for i in range(n):
        for j in range(n):
            if i != j:
                r = abs(x[i] - x[j]) + 0.1
                A[i, j] = np.exp(1j * r) / r
            else:
                A[i, j] = 1.0 + 0.1j
    b = np.exp(1j * x)
    return np.vdot(b, np.linalg.solve(A, b)).imag


def transfer_matrices(x):
    M = np.array([[x[0], 1j * x[1]], [-1j * x[1], x[2]]])
    U = np.eye(2, dtype=complex)
    for _ in range(3):
        U = U @ M / np.linalg.norm(U)
    return np.abs(np.trace(U)) ** 2 + np.linalg.slogdet(M)[1] + np.angle(U[0, 1])


def growing_list(x):
    zs = []
    for v in x:
        zs.append(v + 0.5j)
        if v > 0.4:
            zs.append(v * v)
    s = 0j
    for z in zs:
        s = s * z + z
    return s.real * s.imag


def one_or_the_other(a, b):
    z = complex(a, b) if a > b else a
    return abs(z) ** 2 + (z * 1j).imag


def power_of_a_negative_number(x):
    return abs(x**0.5) + abs((-2.0) ** (x + 1j))


X = np.linspace(0.1, 0.9, 4)
Y = X[::-1] ** 2

PROGRAMS = [
    Program(orbit, (0.3, 0.4), name="inside"),
    Program(orbit, (0.9, 0.8), name="escapes"),
    Program(escape_radii, (np.array([-1.2, 0.1, 0.45]), np.array([0.3, -0.7]))),
    Program(starts_as_a_whole_number, (X,)),
    Program(impedance, (1.5, 0.4, 0.7, 1.3)),
    Program(roots_of_a_quadratic, (0.3,), name="pair"),
    Program(roots_of_a_quadratic, (0.03,), name="real"),
    Program(polar_and_back, (1.0, 2.0)),
    Program(interference, (X, 0.7)),
    Program(parts_of_an_array, (X, Y)),
    Program(filled_with_either, (X,)),
    Program(low_pass, (np.linspace(0.1, 0.9, 5),), name="odd"),
    Program(low_pass, (np.linspace(0.1, 0.9, 6),), name="even"),
    Program(spectral_derivative, (X,)),
    Program(fft_by_recursion, (X,)),
    Program(dipoles, (X[:3],)),
    Program(transfer_matrices, (X,)),
    Program(growing_list, (X,)),
    Program(one_or_the_other, (0.3, 0.2), name="complex"),
    Program(one_or_the_other, (0.1, 0.2), name="real"),
    Program(power_of_a_negative_number, (-1.7,)),
]
