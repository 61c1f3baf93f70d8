"""math.*, every operator, the methods and attributes of arrays."""

import math

import numpy as np

from language.corpus import Program


def math_tour(x):
    a = math.sin(x) + math.cos(x) * math.tan(x)
    b = math.exp(-x) + math.expm1(x) + math.log(x) + math.log1p(x) + math.log2(x) + math.log10(x)
    c = math.sqrt(x) + math.pow(x, 1.5) + math.hypot(x, 1.0) + math.fabs(-x)
    return a + b * c


def inverse_functions(x):
    return math.asin(x) + math.acos(x) * math.atan(x) + math.atan2(x, 2.0) + math.atanh(x) * math.asinh(x)


def hyperbolic(x):
    return math.sinh(x) / math.cosh(x) - math.tanh(x) + math.acosh(x)


def error_function(x):
    return math.erf(x) * 2 + math.erfc(x) ** 2


def degrees_there_and_back(x):
    return math.sin(math.radians(x)) + math.degrees(math.sin(x / 60))


def sums_of_lists(x, y):
    return math.fsum([x, y, x * y]) + math.prod([x, y, 2.0]) * sum([x, y])


def rounding_is_flat(x):
    return x * math.floor(x) + math.ceil(x) + math.trunc(x) * x + x // 1 + np.round(x) * x


def every_operator(x, y):
    s = x + y - x * y
    s = s / y + (-x) ** 2 + (+y)
    s = s + x**y + 2**x + x**-1
    return s + (x % y) * x + abs(-x * y)


def integer_powers(x):
    return x**0 + x**1 + x**2 + x**3 + x**-2 + x**0.5 + 1.0**x


def matrix_operators(A, x):
    y = A @ x
    z = x @ A
    return y @ z + (A @ A.T).sum() - (-A @ x)[0]


def reductions(X):
    return X.sum(axis=0) * X.mean(axis=0) + X.prod(axis=0) - X.max(axis=0) * X.min(axis=0)


def reductions_keep_dimensions(X):
    centred = X - X.mean(axis=1, keepdims=True)
    return centred / X.std(axis=1, keepdims=True) + X.var(axis=-1, keepdims=True)


def cumulative(x):
    return x.cumsum() * x + np.cumsum(x * x)[::-1]


def transposes(A):
    return A.T @ A + A.transpose() @ A.copy()


def three_axes(T):
    return T.transpose(1, 0, 2).sum(axis=(0, 2)) * T.swapaxes(0, 1)[:, 0, -1]


def reshapes(x):
    M = x.reshape(2, -1)
    N = x.reshape((3, 2))
    return (M @ N).ravel() * M.flatten()[:4]


def copies(x):
    y = x.copy()
    z = np.array(x)
    w = np.asarray(y)
    return np.sum(y * z * w)


def single_precision(x):
    y = x.astype(np.float32) * np.float32(2)
    return y.astype(np.float64).sum()


def shapes_are_numbers(X):
    n, d = X.shape
    scale = X.size / X.ndim + len(X) + X.shape[0] + X.shape[-1]
    return X * scale / (n + d)


def dot_methods(A, x):
    return A.dot(x).dot(x) + x.dot(x) ** 2


def clipped(x):
    return x.clip(0.0, 2.0) * 2 + np.clip(x, -0.1, 1.5)


def taken(x):
    return x.take([2, 0, 0]) * x[[1, 1, 2]]


def diagonals(A):
    return np.trace(A) * np.diag(A) + A.diagonal() ** 2 + A.trace()


def repeated(x):
    return x.repeat(2) * np.tile(x, 2) + np.concatenate([x, x[::-1]])


def squeezed(x):
    column = x[:, None]
    return (column * x[None, :]).sum(axis=1, keepdims=True).squeeze() + np.expand_dims(x, 0)[0]


def indexing(X):
    first_row, last_column = X[0], X[:, -1]
    block = X[1:, ::2]
    return first_row[0] * last_column[-1] + block.sum() + X[..., 1].sum() * X[-1, -2]


def fancy_indexing(X, rows):
    return X[rows] * X[rows, 0][:, None] + X[[0, 2], [1, 1]].sum()


def boolean_indexing(x):
    positive = x[x > 0]
    return np.sum(positive**2) / len(positive)


def scalars_of_arrays(x):
    s = float(x[0]) * x.item(1) + np.float64(x[2])
    return s * x.sum().item()


def any_and_all(x):
    return x * (x > 0).any() + (x > 5).all() * 2.0 + x.argmax() * x[x.argmax()]


def elementwise_zoo(x):
    a = np.exp(x) + np.log(x) * np.sqrt(x) + np.square(x) / np.cbrt(x)
    b = np.sinh(x) * np.cosh(x) - np.arctan(x) + np.logaddexp(x, 1.0)
    c = np.reciprocal(x) + np.negative(x) + np.absolute(x) + np.exp2(x) + np.hypot(x, 2.0)
    return a * b + c * np.power(x, 3) + np.arctan2(x, x + 1)


def selections(x, y):
    return np.where(x > y, x * y, x - y) + np.maximum(x, y) * np.minimum(x, 0.5)


def linear_algebra(A, b):
    x = np.linalg.solve(A, b)
    return x @ np.linalg.inv(A) @ x + np.linalg.det(A) * np.linalg.norm(b)


def einsum_and_friends(A, B):
    C = np.einsum("ij,kj->ik", A, B)
    return np.outer(C[0], C[1]) + np.tensordot(A, B, axes=([0, 1], [0, 1])) + np.inner(A, B) @ C


def stacking(x, y):
    return np.stack([x, y]) * np.vstack((y, x)) + np.hstack([x, y]).reshape(2, -1)


def zero_dimensional(x):
    y = np.array(2.0) * x
    return y * np.asarray(x) + np.sum(x)


def python_builtins(x):
    return sum(x) * max(x) - min(x) * abs(x[0]) + pow(x[1], 2) + len(x) + round(2.4)


def functions_of_shapes(X):
    padding = np.zeros(X.shape)
    ramp = np.arange(X.shape[1]) + np.ones_like(X) * np.linspace(0.0, 1.0, X.shape[1])
    return (X + padding) * ramp + np.full((X.shape[0], 1), 0.5) @ np.eye(1)


def short_forms_of_joining(x):
    y = np.r_[0.0, x**2, x[1], 1:3]
    A = np.c_[x, x**2]
    return np.sum(y * np.arange(len(y))) + np.sum(np.block([[A, np.ones((3, 1))], [x[None] * 2.0]]) ** 2)


def grid_from_a_function(x):
    table = np.fromfunction(lambda i, j: np.sin(x[0] * i) + x[1] * j, (3, 4), dtype=np.float64)
    weights = np.fromfunction(lambda i, j: (i * j + 1) % 3 / 3, (3, 4))
    return np.sum(table * weights)


X = np.array([[0.7, 1.3, -0.4], [1.9, 0.2, 0.8], [-1.1, 0.6, 2.3]])
V = np.array([0.7, 1.3, 0.4])
W = np.array([0.7, -1.3, 0.4, 2.6, 1.1, -0.6])

PROGRAMS = [
    Program(math_tour, (0.7,)),
    Program(inverse_functions, (0.4,)),
    Program(hyperbolic, (1.7,)),
    Program(error_function, (0.6,)),
    Program(degrees_there_and_back, (35.0,)),
    Program(sums_of_lists, (0.7, 1.3)),
    Program(rounding_is_flat, (2.3,)),
    Program(every_operator, (0.7, 1.9)),
    Program(every_operator, (V, 1.9), name="arrays"),
    Program(integer_powers, (0.7,)),
    Program(integer_powers, (np.array([0.7, 2.1]),), name="arrays"),
    Program(matrix_operators, (X, V)),
    Program(reductions, (X,)),
    Program(reductions_keep_dimensions, (X,)),
    Program(cumulative, (V,)),
    Program(transposes, (X[:2].copy(),)),
    Program(three_axes, (W.reshape(1, 2, 3) * np.array([1.0, -0.5])[:, None, None],)),
    Program(reshapes, (W,)),
    Program(copies, (V,)),
    Program(single_precision, (V.astype(np.float32),)),
    Program(shapes_are_numbers, (X[:2].copy(),)),
    Program(dot_methods, (X, V)),
    Program(clipped, (W,)),
    Program(taken, (V,)),
    Program(diagonals, (X,)),
    Program(repeated, (V,)),
    Program(squeezed, (V,)),
    Program(indexing, (X,)),
    Program(fancy_indexing, (X, np.array([2, 0, 2]))),
    Program(boolean_indexing, (W,)),
    Program(scalars_of_arrays, (V,)),
    Program(any_and_all, (V,)),
    Program(elementwise_zoo, (V,)),
    Program(elementwise_zoo, (0.8,), name="number"),
    Program(selections, (W[:3].copy(), W[3:].copy())),
    Program(linear_algebra, (X, V)),
    Program(einsum_and_friends, (X[:2].copy(), X[1:].copy())),
    Program(stacking, (V, W[:3].copy())),
    Program(zero_dimensional, (0.7,)),
    Program(zero_dimensional, (np.array(0.7),), name="array"),
    Program(python_builtins, (V,)),
    Program(functions_of_shapes, (X,)),
    Program(short_forms_of_joining, (V,)),
    Program(grid_from_a_function, (V,)),
]
