"""Complex numbers: right where a rule is one of analytic functions, refused where it is one of real numbers."""

from __future__ import annotations

import numpy as np
import pytest

from rules.written import functions_of
from s2s.errors import Refused
from s2s.testing import check_grads

RNG = np.random.default_rng(7)
Z = RNG.uniform(0.3, 1.5, (3, 3)) + 1j * RNG.uniform(-1.0, 1.0, (3, 3))

RIGHT = [
    "np.sum(x)", "np.mean(x)", "np.prod(x)", "np.cumsum(x)", "np.cumprod(x)", "x @ x.T", "np.dot(x, x)", "np.inner(x, x)",
    "np.outer(x, x)", "np.einsum('ij,ij->i', x, x)", "np.tensordot(x, x)", "np.kron(x, x[:2])", "np.trace(x)", "np.linalg.inv(x)",
    "np.linalg.solve(x, x[0])", "np.linalg.matrix_power(x, 3)", "np.linalg.multi_dot([x, x, x])", "x.real", "np.real(x)",
    "np.conj(x)", "x.conj()", "np.sqrt(x)", "np.exp(x)", "np.log(x)", "np.sin(x)", "np.tanh(x)", "np.arctan(x)", "np.arcsin(x)",
    "np.arccos(x)", "np.arccosh(x)", "np.arcsinh(x)", "np.arctanh(x)", "np.square(x)", "np.reciprocal(x)", "x ** 2", "x ** 3",
    "x ** 0.5", "x ** (1 + 1j)", "x ** x", "2.0 ** x", "np.expm1(x)", "np.log1p(x)", "np.log2(x)", "np.log10(x)",
    "np.where(np.real(x) > 0, x, 0)", "np.concatenate([x, x])", "x.T", "x.reshape(-1)", "x[0]", "x[[0, 0]]", "np.pad(x, 1)",
    "np.array([x[0, 0], 1.0])", "sum(x[0])", "x + 1", "x * 2.0", "-x", "x / x.T", "np.cross(x[0], x[1])", "x * [1.0, 2.0, 1j]",
]  # fmt: skip
REFUSED = [
    "np.var(x)", "x.std()", "np.linalg.norm(x)", "np.linalg.norm(x, 1)", "np.vdot(x, x)", "np.linalg.vecdot(x, x)", "np.linalg.det(x)",
    "np.linalg.slogdet(x)[1]", "np.linalg.cholesky(x @ np.conj(x.T))", "np.linalg.eigh(x)[0]", "np.linalg.eigvalsh(x)", "np.linalg.pinv(x)",
    "np.linalg.svd(x, False)[1]", "np.linalg.svd(x, compute_uv=False)", "np.linalg.svdvals(x)", "np.linalg.qr(x)[1]", "np.abs(x)",
    "abs(x)", "np.imag(x)", "x.imag", "np.angle(x)", "np.sign(x) * x", "np.sum(x, dtype=complex)",
]  # fmt: skip
FUNCTIONS = functions_of([*RIGHT, *REFUSED], "complex_numbers")


@pytest.mark.parametrize("function", FUNCTIONS[: len(RIGHT)], ids=RIGHT)
def test_right(function):
    check_grads(function, (Z,), order=1, directions=1)


@pytest.mark.parametrize("function", FUNCTIONS[len(RIGHT) :], ids=REFUSED)
def test_refused(function):
    with pytest.raises(Refused) as caught:
        check_grads(function, (Z,), order=1)
    assert "complex_numbers.py:" in str(caught.value)
