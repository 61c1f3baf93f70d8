"""Sparse matrices as users write them: given ones, and those made of entries that carry a derivative."""

from __future__ import annotations

import inspect

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse.linalg import splu, spsolve

from s2s import grad, value_and_grad, vjp
from s2s.errors import MissingRule, UnsupportedConstruct
from s2s.testing import check_grads

K = sparse.csr_matrix(np.array([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]]))
BY_COLUMNS, BY_PLACES = sparse.csc_array(K), sparse.coo_matrix(K)
COMPLEX, SINGLE = K * (1.0 + 2.0j), K.astype(np.float32)
S = sparse.csc_matrix(np.array([[2.0, 0.0, 0.5], [0.3, -1.0, 0.0], [0.0, 0.4, 3.0]]))
R, FACTORS = S.tocsr(), splu(S)
L = sparse.csr_matrix(np.diag([1.0, 2.0, 3.0]) + np.diag([1.0, 1.0], 1))
ROWS, COLUMNS, POINTERS = np.array([0, 0, 1, 2, 2]), np.array([0, 2, 1, 1, 2]), np.array([0, 2, 3, 5])
SHAPE = (3, 3)
VALUES = {
    "x": np.array([0.3, 0.2, 0.5]), "y": np.array([0.7, 0.8]), "X": np.array([[0.3, -0.7], [1.2, 0.4], [-0.5, 0.9]]), "dt": 0.1,
    "d": np.array([1.0, 0.2, 0.3, 0.4, 0.5]),
}  # fmt: skip


class Model:
    stiffness = K


MODEL = Model()


# ------------------------------------------------------------------------------------------------------------ given ones
def times_a_vector(x):
    return K @ x


def dotted(x):
    return K.dot(x)


def columns_first(x):
    return BY_COLUMNS @ x


def normal_equations(x):
    return K.T @ (K @ x)


def from_the_left(y):
    return y @ K


def transposed_and_dotted(y):
    return K.T.dot(y) + K.transpose().tocsr() @ y


def times_a_matrix(X):
    return BY_PLACES @ X


def matrix_from_the_left(X):
    return X.T @ BY_COLUMNS.T


def of_complex_numbers(x):
    return COMPLEX @ x


def of_single_precision(x):
    return SINGLE @ x


def of_an_object(x):
    return MODEL.stiffness @ x * 2.0


def as_an_array(x):
    return K.toarray() @ x


def time_steps(x):
    for _ in range(3):
        x = S @ x + 0.1 * np.sin(x)
    return x


def combined(x):
    return (sparse.eye(3) - 0.1 * L) @ x + (S + 2.0 * L - sparse.identity(3)).T @ x + (-L).dot(x) + (S @ L) @ x


def solved(x):
    return spsolve(S, x)


def solved_for_several(X):
    return spsolve(R, X)


def solved_for_one_column(x):
    return spsolve(S, x[:, None])


def solved_by_factors(x):
    return FACTORS.solve(x) + FACTORS.solve(x, "T")


def solved_with_a_sum(x):
    return spsolve(sparse.eye(3, format="csc") + S, x)


# ---------------------------------------------------------------------------------------------------- made in the program
def compressed_rows(d, x):
    return sparse.csr_matrix((d, COLUMNS, POINTERS), shape=SHAPE) @ x


def compressed_columns(d, X):
    return sparse.csc_array((d, COLUMNS, POINTERS), shape=SHAPE) @ X


def of_coordinates(d, x):
    return sparse.csr_matrix((d, (ROWS, COLUMNS)), shape=SHAPE).dot(x)


def kept_as_coordinates(d, X):
    return sparse.coo_matrix((d, (ROWS, COLUMNS)), shape=SHAPE) @ X


def entries_in_one_place(d, x):
    return sparse.csr_array((d, (np.array([0, 0, 0, 2, 2]), np.array([1, 1, 1, 1, 2]))), shape=SHAPE) @ x


def made_and_transposed(d, x):
    return sparse.csr_matrix((d, COLUMNS, POINTERS), shape=SHAPE).T @ x + x @ sparse.csr_matrix((d, COLUMNS, POINTERS), shape=SHAPE)


def made_and_dense(d):
    return sparse.csr_matrix((d, COLUMNS, POINTERS), shape=SHAPE).toarray()


def system_of_rows(d, x):
    return spsolve(sparse.csr_matrix((d, COLUMNS, POINTERS), shape=SHAPE), x)


def system_of_columns(d, X):
    return spsolve(sparse.csc_matrix((d, (ROWS, COLUMNS)), shape=SHAPE), X)


def system_of_coordinates(d, x):
    return spsolve(sparse.coo_matrix((d, (ROWS, COLUMNS)), shape=SHAPE).tocsr(), x)


def steps_of_a_network(d, x):
    weights = sparse.csr_matrix((d, COLUMNS, POINTERS), shape=SHAPE)
    for _ in range(3):
        x = np.tanh(weights @ x)
    return x


def of_diagonals(x):
    return sparse.diags([x, x[1:] ** 2, -2.0], [0, 1, -1]) @ x + sparse.diags(x) @ x


def system_of_diagonals(x):
    return spsolve(sparse.diags([x + 3, x[1:] ** 2, -x[:2]], [0, 1, -1], format="csc"), x)


# ------------------------------------------------------------------------------------------ given, times what has a derivative
def explicit_step(x, dt):
    return x + (dt * L) @ x


def implicit_step(x, dt):
    return spsolve(sparse.eye(3) - dt * L, x)


def implicit_step_by_columns(x, dt):
    return spsolve((sparse.identity(3, format="csc") + S * dt).tocsc(), x)


def differences(x, dt):
    return (dt * L - sparse.eye(3) / 2.0) @ x + (L + dt * S).toarray() @ x


def made_and_given(d, x, dt):
    return (sparse.csr_matrix((d, COLUMNS, POINTERS), shape=SHAPE) * dt + L / dt) @ x


PROGRAMS = [found for name, found in list(globals().items()) if inspect.isfunction(found) and found.__module__ == __name__]
every_program = pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)


def arguments(program):
    return tuple(VALUES[name] for name in inspect.signature(program).parameters)


@every_program
def test_values_are_those_of_scipy(program):
    value, wanted = vjp(program, *arguments(program))[0], program(*arguments(program))
    assert value.dtype == wanted.dtype
    np.testing.assert_array_equal(value, wanted)


@every_program
def test_derivatives(program):
    check_grads(program, arguments(program), order=2, directions=1)


def energy(x, matrix):
    return np.sum((matrix @ x) ** 2)


def test_matrices_are_arguments():
    """One function, matrices of several formats and dtypes, some of them after many calls."""
    x, seen = VALUES["x"], []
    for matrix in (K, BY_PLACES, BY_COLUMNS, SINGLE, K.astype(int), K, 2.0 * K):
        for _ in range(4):
            seen.append(grad(energy)(x, matrix))
        np.testing.assert_allclose(seen[-1], 2.0 * matrix.toarray().T @ (matrix.toarray() @ x), rtol=1e-6)


def test_a_matrix_that_became_complex():
    matrix = [K]

    def loss(x):
        return np.sum(np.abs(matrix[0] @ x) ** 2)

    check_grads(loss, (VALUES["x"],))
    matrix[0] = COMPLEX
    check_grads(loss, (VALUES["x"],))


def test_what_is_shown():
    text = grad(energy).source(VALUES["x"], K)
    assert "sparse_product(sparse_transpose(K)" in text.replace("matrix", "K")


def test_inconsistent_shapes():
    with pytest.raises(ValueError, match="inconsistent shapes"):
        value_and_grad(lambda dt: np.sum((dt * L - K) @ VALUES["x"]))(0.1)


@pytest.mark.parametrize(
    "program",
    [
        lambda x: L * x,
        lambda x: sparse.csr_matrix(np.outer(x, x)) @ x,
        lambda x: sparse.csr_matrix((x, (np.arange(3), np.arange(3)))) @ x,
        lambda x: np.sum(L.multiply(x)),
        lambda x: np.sum(splu(sparse.csc_matrix((x, (np.arange(3), np.arange(3))), shape=(3, 3))).solve(x)),
    ],
)
def test_refused(program):
    with pytest.raises((UnsupportedConstruct, MissingRule)):
        grad(lambda x: np.sum(program(x)))(VALUES["x"])
