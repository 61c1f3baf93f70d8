"""Ways to call NumPy that are seldom seen in textbooks: dtypes asked about, options of reductions, pieces, blocks, borders, polynomials."""

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial, chebyshev, legendre, polynomial

from language.corpus import Program


# ------------------------------------------------------------------------------------------------------- dtypes
def doubled_if_double(x):
    return np.sum(x**2) if x.dtype == float else np.sum(x)


def dtype_by_name(x):
    return np.sum(x**2) if x.dtype == "float64" else np.sum(x)


def dtype_is_one(x):
    return np.sum(x**2) if x.dtype is np.dtype(np.float64) else np.sum(x)


def dtype_is_another(x):
    return np.sum(x) if x.dtype != np.dtype("float64") else np.sum(x**3)


def kind_of_dtype(x):
    if np.issubdtype(x.dtype, np.floating) and not np.issubdtype(x.dtype, np.integer):
        x = x * 2.0
    return np.sum(x**2) if np.isrealobj(x) and not np.iscomplexobj(x) else np.sum(x)


def as_wide_as_both(x, m):
    kept = np.zeros(3, dtype=np.result_type(x, m))
    kept[:] = x[:3] ** 2 * m[0, :3]
    return kept


def checked_input(x):
    a = np.asarray_chkfinite(x)
    b = np.require(np.array(x, ndmin=2, copy=None), requirements="C")
    return np.sum(a**2) + np.sum(b[0] ** 3)


def flag_or_number(x, n=True):
    return np.sum(x**2) if n is True else np.sum(x) * n


# --------------------------------------------------------------------------------------------------- reductions
def mean_of_some(x):
    return np.mean(x, where=x > 0) ** 2


def from_a_beginning(x):
    return np.sum(x**2, initial=x[0]) * np.max(x, initial=0.0) * np.prod(x, initial=2.0)


def spread_of_some(m):
    return np.std(m, axis=1, where=m > -0.4) + np.var(m, axis=1, mean=np.mean(m, axis=1, keepdims=True))


def sums_of_pieces(x):
    return np.add.reduceat(x**2, [0, 2, 3]) * np.multiply.reduceat(x, [0, 1, 3])


def extremes_of_pieces(m):
    return np.maximum.reduceat(m, [0, 2], axis=1) * np.minimum.reduceat(m, [1, 3], axis=1)


def level_of_a_quantile(x, q):
    return np.quantile(x, q) * np.percentile(x, 100 * q, method="hazen")


def weighed_covariance(m, w):
    return np.cov(m, aweights=w) + np.cov(m, fweights=[1, 2, 1, 3])


def mean_and_its_weight(m, w):
    mean, weight = np.average(m, axis=1, weights=w, returned=True)
    return np.sum(mean * weight**2)


# ------------------------------------------------------------------------------------------------------- pieces
def piece_by_one_mask(x):
    return np.piecewise(x, x < 0, [np.sin, np.cosh])


def piece_with_arguments(x, k):
    return np.piecewise(x, [x < 0], [lambda v, k: k * v**2, lambda v, k: k + v], k)


def blocks_of_vectors(x):
    return np.block([x, x[:2] ** 2]) * 2.0


def blocks_of_numbers(x):
    a = np.block([[x[0], x[1] ** 2], [x[2] * x[3], 1.0]])
    return a @ a


def blocks_nested_deeply(x, m):
    return np.block([[[m, m**2]], [[x[:2], np.full((3, 6), x[0])]]]) if False else np.block([[m, m**2], [x, x**2]])


def border_of_a_value(m, c):
    return np.pad(m, ((1, 2), (0, 1)), constant_values=c) ** 2


def border_of_two_values(x, c):
    return np.pad(x, (2, 1), mode="constant", constant_values=(c, c**2)) ** 2


def border_that_leads_somewhere(x):
    return np.pad(x, 3, mode="linear_ramp", end_values=(x[0] ** 2, 1.0)) ** 2


def shares_of_bins(w):
    return np.histogram(np.array([0.1, 0.4, 0.5, 0.9]), bins=3, range=(0, 1), weights=w, density=True)[0]


def points_in_brackets(x):
    return np.r_[0:1:4j, x**2, 2.0] * np.r_[1:8:1, x[0], 1.0]


def reshaped_by_name(m):
    return np.reshape(m, shape=(4, 3)) ** 2


def sorted_stably(x):
    a = x**2
    a.sort(kind="stable")
    return a * x


# ---------------------------------------------------------------------------------------------- functions of functions
def vectorised_over_rows(m, x):
    inner = np.vectorize(lambda row, v: row @ v**2, signature="(n),(n)->()")
    return inner(m, x)


def vectorised_past_an_argument(x):
    return np.vectorize(lambda v, c: np.polyval(c, v), excluded={1})(x, [1.0, 2.0, 3.0])


def vectorised_with_a_name_past(x):
    return np.vectorize(lambda v, power: v**power, otypes=[float], excluded=["power"])(x, power=3)


def vectorised_to_two(x):
    first, second = np.vectorize(lambda v: (v**2, np.sin(v)))(x)
    return first * second


# --------------------------------------------------------------------------------------------------- factorisations
def singular_values_of_a_wide_matrix(m):
    u, s, _ = np.linalg.svd(m)
    return u * s


def triangle_of_a_tall_matrix(m):
    return np.linalg.qr(m.T, mode="complete").R[:3] ** 2


def upper_factor(m):
    return np.linalg.cholesky(m @ m.T + np.eye(3), upper=True)


# ----------------------------------------------------------------------------------------------------- polynomials
def polynomial_as_an_object(c, x):
    return Polynomial(c)(x) * Polynomial(c).deriv()(0.3)


def series_of_chebyshev(c, x):
    return Chebyshev(c)(x / 3) + chebyshev.chebval(x / 3, c**2)


def values_of_series(c, x):
    return polynomial.polyval(x, c) * legendre.legval(x / 3, c)


def products_of_series(c, x):
    return polynomial.polymul(c, x) * chebyshev.chebmul(c, x)


def matrices_of_powers(x):
    return polynomial.polyvander(x, 3) * chebyshev.chebvander(x / 3, 3)


def slopes_of_series(c):
    return chebyshev.chebder(c) * polynomial.polyder(c)


X = np.array([0.3, -1.2, 0.8, 2.1])
C = np.array([1.1, 0.4, -0.7, 0.9])
W = np.array([0.2, 0.5, 1.0, 0.3])
M = np.array([[0.3, -0.2, 1.4, 0.7], [0.9, 0.6, -0.3, 1.1], [-0.1, 0.8, 0.4, -0.9]])

PROGRAMS = [
    *(Program(f, (X,)) for f in (
        doubled_if_double, dtype_by_name, dtype_is_one, dtype_is_another, kind_of_dtype, checked_input, flag_or_number, mean_of_some,
        from_a_beginning, sums_of_pieces, piece_by_one_mask, blocks_of_vectors, blocks_of_numbers, border_that_leads_somewhere,
        points_in_brackets, sorted_stably, vectorised_past_an_argument, vectorised_with_a_name_past, vectorised_to_two,
        matrices_of_powers,
    )),
    *(Program(f, (M,)) for f in (
        spread_of_some, extremes_of_pieces, reshaped_by_name, singular_values_of_a_wide_matrix, triangle_of_a_tall_matrix, upper_factor,
    )),
    *(Program(f, (C, X)) for f in (series_of_chebyshev, values_of_series, products_of_series)),
    Program(slopes_of_series, (C,)),
    Program(polynomial_as_an_object, (C, X), order=1),
    Program(as_wide_as_both, (X, M)),
    Program(level_of_a_quantile, (X, 0.37)),
    Program(weighed_covariance, (M, W)),
    Program(mean_and_its_weight, (M, W)),
    Program(piece_with_arguments, (X, 0.7)),
    Program(blocks_nested_deeply, (X, M)),
    Program(border_of_a_value, (M, 0.4)),
    Program(border_of_two_values, (X, 0.4)),
    Program(shares_of_bins, (W,)),
    Program(vectorised_over_rows, (M, X)),
    Program(flag_or_number, (X, 2), name="a number"),
]  # fmt: skip
