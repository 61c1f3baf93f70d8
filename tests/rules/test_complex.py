"""Complex numbers: every rule on complex operands, right or refused; and expressions that mix them with real ones."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import special

from rules.through_complex import choices, complex_values, programs
from rules.written import functions_of, loaded
from s2s import grad, jvp, vjp
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
    "np.var(x)", "x.std()", "np.linalg.norm(x)", "np.linalg.norm(x, 1)", "np.linalg.norm(x[0], 3)", "np.vdot(x, x * 1j)",
    "np.linalg.vecdot(x, x + 1j)", "np.linalg.det(x)", "np.linalg.slogdet(x)", "np.linalg.cholesky(x @ np.conj(x.T) + np.eye(3))",
    "np.linalg.eigvalsh(x + np.conj(x.T))", "np.linalg.pinv(x)", "np.linalg.svdvals(x)", "np.abs(x)", "abs(x[0, 1])", "np.imag(x)",
    "x.imag", "np.angle(x)", "np.angle(x, deg=True)", "np.sign(x) * x", "np.sum(x, dtype=complex)", "np.abs(x) ** 2",
    "np.real(x) * x", "x * np.conj(x)", "np.fft.fft(x)", "np.fft.ifft(x, 5, axis=0)", "np.fft.irfft(x, n=5)", "np.fft.fft2(x).imag",
    "(-2.0) ** x", "np.array([-2.0, 1.0, 3.0]) ** x", "complex(x[0, 0].real, x[0, 1].imag)", "np.complex128(x.real)",
    "np.linalg.eigh(x)", "np.linalg.eigh(x, 'U')[1]", "np.linalg.svd(x)", "np.linalg.svd(x, False)[1]", "np.linalg.qr(x)",
    "np.linalg.eig(x)", "np.linalg.eigvals(x)", "np.linalg.lstsq(x, x[0], rcond=None)[0]", "np.linalg.cond(x)",
    "np.roots(x[0])", "np.convolve(x[0], x[1])", "np.correlate(x[0], x[1], 'full')", "np.polyval(x[0], x)", "np.trapezoid(x, x)",
    "x.astype(np.complex128)", "np.hstack([x[0].real, x[1]])", "np.insert(x, 1, x[0].real)", "x.real @ x",
]  # fmt: skip
REFUSED = ["special.digamma(x)", "np.real_if_close(x)"]
FUNCTIONS = functions_of([*RIGHT, *REFUSED], "complex_numbers")


@pytest.mark.parametrize("function", FUNCTIONS[: len(RIGHT)], ids=RIGHT)
def test_right(function):
    check_grads(function, (Z,), order=1, directions=1)


@pytest.mark.parametrize("function", FUNCTIONS[len(RIGHT) :], ids=REFUSED)
def test_refused(function):
    with pytest.raises(Refused) as caught:
        check_grads(function, (Z,), order=1)
    assert "complex_numbers.py:" in str(caught.value)


# ------------------------------------------------------------------------------------------------------- the catalogue
NOT_FOR_COMPLEX = {
    "psi", "arange", "gradient", "interp", "histogram", "unwrap", "i0", "modified_bessel", "nanmedian", "nanquantile",
    "nanpercentile", "median", "quantile", "percentile", "nansum", "nanmean", "cov", "corrcoef", "running_max", "running_min",
    "ive", "rgamma", "spence", "shichi", "toeplitz", "solve_continuous_lyapunov", "solve_discrete_lyapunov", "gradient_along",
    "gradient_adjoint", "var", "std", "max", "min", "amax", "amin", "nanmax", "nanmin", "quantile_weights", "erfc_integral", "zeta",
    "jve", "yve",
}  # fmt: skip
"""Functions that are refused for some complex operands: vectors of no certain direction, a derivative that SciPy has not, a
range in a plane, spreads of some entries, extremes that begin with a number."""

OF_REAL_NUMBERS = tuple(f"scipy.{name}" for name in ("stats", "linalg", "ndimage", "signal", "fft", "integrate"))

WRITER, PROGRAMS = programs()
MODULE = loaded(WRITER.text, "complex_cases_of_rules", **WRITER.names)
BY_FUNCTION = [(f, list(group)) for f, group in itertools.groupby(PROGRAMS, key=lambda program: program[1].function)]


def is_taken(function, values):
    """Whether NumPy takes these arguments."""
    try:
        with np.errstate(all="ignore"):
            function(*values)
    except (TypeError, ValueError, np.linalg.LinAlgError):
        return False
    return True


def is_for_real_numbers(function):
    """SciPy's distributions are those of real numbers, and of its filters, transforms and factorisations many have rules for these only."""
    return (getattr(function, "__module__", None) or "").startswith(OF_REAL_NUMBERS) or function is special.logsumexp


@pytest.mark.filterwarnings("ignore::RuntimeWarning", "ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("group", [group for _, group in BY_FUNCTION], ids=[f"{f.__name__}" for f, _ in BY_FUNCTION])
def test_every_rule_on_complex_operands(group, whole):
    """All operands complex, or one of them beside real ones: right, or refused before it runs.

    Of what is for real numbers one case is asked, else every second.
    """
    rng = np.random.default_rng(3)
    asked = group[:1] if is_for_real_numbers(group[0][1].function) else group[::2]
    for name, call, values in group if whole else asked:
        function = getattr(MODULE, name)
        for chosen in choices(len(values)):
            given = complex_values(values, chosen, rng)
            if not is_taken(function, given):
                continue
            try:
                vjp(function, *given)
            except Refused:
                assert call.function.__name__ in NOT_FOR_COMPLEX or is_for_real_numbers(call.function), call.specs
                continue
            check_grads(function, given, order=1, directions=1)


# ---------------------------------------------------------------------------------------------------------- conventions
def test_gradient_and_pullback_and_pushforward_fit_together():
    """Re(y_bar J v) = Re(z_bar v): real parts, and no conjugates."""
    function = FUNCTIONS[RIGHT.index("x * np.conj(x)")]
    v, y_bar = RNG.normal(size=(2, 3, 3)) + 1j * RNG.normal(size=(2, 3, 3))
    _, pushed = jvp(function, (Z,), (v,))
    _, pullback = vjp(function, Z)
    (z_bar,) = pullback(y_bar)
    assert np.sum(y_bar * pushed).real == pytest.approx(np.sum(z_bar * v).real, rel=1e-13)


def test_what_belongs_to_a_real_operand_is_real():
    def loss(x, z):
        return np.abs(np.sum(x * z)) ** 2

    x_bar, z_bar = grad(loss, argnums=(0, 1))(Z.real, Z)
    assert x_bar.dtype == np.float64
    assert z_bar.dtype == np.complex128
    x_bar, z_bar = grad(loss, argnums=(0, 1))(Z.real.astype(np.float32), Z.astype(np.complex64))
    assert (x_bar.dtype, z_bar.dtype) == (np.float32, np.complex64)


@pytest.mark.parametrize("z", [0j, np.complex128(0), np.zeros(2, complex)])
def test_nothing_moves_at_zero(z):
    def loss(z):
        return np.sum(np.abs(z)) + np.sum(np.angle(z)) + np.linalg.norm(z)

    np.testing.assert_array_equal(grad(loss)(np.asarray(z)), np.zeros(np.shape(z)))


def spreads(x, y):
    spread = np.std(x) + np.linalg.norm(y) + np.vdot(x, y)
    return spread + np.sum(np.abs(x)) + np.linalg.slogdet(np.outer(x, y) + np.eye(3))[1] + abs(np.var(y) - 1.0)


def test_the_derivative_of_a_real_program_has_no_trace_of_complex_numbers():
    _, _, text = grad(spreads, argnums=(0, 1)).source(np.arange(3.0), np.ones(3)).partition("def ")
    assert not any(word in text for word in ("conj", "real", "imag", "direction", "1j"))


@pytest.mark.parametrize("z", [complex(-0.0, -1.0), complex(2.0, -0.0), complex(np.inf, 1.0), 1j])
def test_values_are_the_same_to_the_last_bit(z):
    """A complex number times 1 is not always itself."""

    def powers(z):
        return z * 1, z * -1, z / 1, -(-z), np.conj(np.conj(z)), np.real(z) * 1.0, z - (-z), -1j * z * 1.0

    value, _ = jvp(powers, (z,), (1.0 + 0j,))
    with np.errstate(all="ignore"):
        assert repr(value) == repr(powers(z))


def middle_entry(x):
    return np.median(x)


def first_factor(x):
    q, _ = np.linalg.qr(x)
    return np.sum(q.real * x.real)


def sum_of_squares(x):
    return np.sum(np.abs(x) ** 2)


def test_where_nothing_is_known_the_derivative_is_right_for_both_kinds_of_numbers():
    """A rule of real numbers looks at what it is given."""
    namespace = {}
    exec(grad(sum_of_squares).source() + grad(first_factor).source(), namespace)
    np.testing.assert_allclose(namespace["sum_of_squares_grad"](Z), 2 * np.conj(Z))
    np.testing.assert_allclose(namespace["sum_of_squares_grad"](Z.real), 2 * Z.real)
    np.testing.assert_allclose(namespace["first_factor_grad"](Z.real), grad(first_factor)(Z.real))
    np.testing.assert_allclose(namespace["first_factor_grad"](Z), grad(first_factor)(Z))
    exec(grad(middle_entry).source(), namespace)
    with pytest.raises(TypeError, match="complex"):
        namespace["middle_entry_grad"](Z)
