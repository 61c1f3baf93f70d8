"""Arrays that a loop fills: what is there for good is read of the array behind the loop, and what is not is recorded."""

from __future__ import annotations

import numpy as np
import pytest

from s2s import grad, value_and_grad
from s2s.report import report_of
from s2s.testing import check_grads
from s2s.transforms import Transform

pytestmark = pytest.mark.core


# ------------------------------------------------------------------------------------------------ entries that stay
def recurrence(x):
    for i in range(1, len(x)):
        x[i] = 2.0 + np.sin(x[i - 1])
    return np.sum(x)


def trajectory(u0, steps):
    u = np.zeros((steps + 1, len(u0)))
    u[0] = u0
    for t in range(steps):
        u[t + 1] = np.tanh(u[t] * u[t][::-1])
    return np.sum(u**2)


def lower_solve(L, b):
    x = np.zeros(len(b))
    for i in range(len(b)):
        s = b[i]
        for k in range(i):
            s -= L[i, k] * x[k]
        x[i] = s / L[i, i]
    return np.sum(x)


def upper_solve(U, b):
    n = len(b)
    x = np.zeros(n)
    for i in range(n - 1, -1, -1):
        x[i] = (b[i] - U[i, i + 1 :] @ x[i + 1 :]) / U[i, i]
    return np.sum(x)


def doolittle(A):
    for i in range(len(A)):
        for j in range(i):
            for k in range(j):
                A[i, j] -= A[i, k] * A[k, j]
            A[i, j] /= A[j, j]
        for j in range(i, len(A)):
            for k in range(i):
                A[i, j] -= A[i, k] * A[k, j]
    return np.sum(np.cos(A))


def alignment(a, b):
    """A table that is filled row by row, by the entries above and to the left."""
    D = np.zeros((len(a) + 1, len(b) + 1))
    for i in range(len(a)):
        for j in range(len(b)):
            row = D[i]
            D[i + 1, j + 1] = np.log(1.0 + np.exp(row[j] * a[i]) + np.exp(D[i + 1, j] * b[j]) + np.exp(D[i, j + 1]))
    return D[-1, -1]


def in_arms(x, y):
    for i in range(2, len(x)):
        if y[i] > 0.0:
            x[i] = np.sin(x[i - 1]) * x[i - 2]
        else:
            x[i] = x[i - 1] * x[i - 1]
    return np.sum(x)


def until(x, limit):
    """It stops by itself, and does not begin at 0."""
    for i in range(1, len(x)):
        if x[i - 1] > limit:
            break
        x[i] = x[i - 1] + x[i - 1] ** 2
    return np.sum(x)


def backwards_by_two(x):
    for i in range(len(x) - 3, -1, -2):
        x[i] = x[i] + x[i + 2] ** 2
    return np.sum(x)


def square(n):
    return np.linspace(0.1, 0.9, n * n).reshape(n, n) + np.eye(n)


LASTING = {
    "recurrence": (recurrence, lambda: (np.linspace(0.5, 1.5, 6),)),
    "trajectory": (trajectory, lambda: (np.linspace(0.5, 1.5, 3), 4)),
    "lower_solve": (lower_solve, lambda: (square(4), np.linspace(1.0, 2.0, 4))),
    "upper_solve": (upper_solve, lambda: (square(4), np.linspace(1.0, 2.0, 4))),
    "doolittle": (doolittle, lambda: (square(4),)),
    "alignment": (alignment, lambda: (np.linspace(0.1, 0.5, 3), np.linspace(0.2, 0.7, 4))),
    "backwards_by_two": (backwards_by_two, lambda: (np.linspace(0.5, 1.5, 7),)),
}


@pytest.mark.parametrize("name", LASTING)
def test_no_array_and_no_entry_of_it_is_recorded(name):
    function, args = LASTING[name]
    made = report_of(Transform(function, None), args(), {})
    assert [one.value for one in made.recorded if "exp" not in one.value and "log" not in one.value] == []


@pytest.mark.parametrize("name", LASTING)
def test_its_derivatives(name):
    function, args = LASTING[name]
    check_grads(function, args(), order=2)


@pytest.mark.parametrize(
    ("function", "args"),
    [
        (in_arms, lambda: (np.linspace(0.5, 1.5, 7), np.array([1.0, 1.0, 1.0, -1.0, 1.0, -1.0, 1.0]))),
        (until, lambda: (np.linspace(0.1, 0.9, 8), 0.5)),
    ],
)
def test_where_paths_part(function, args):
    check_grads(function, args(), order=2)


# ------------------------------------------------------------------------------------- entries that do not, or may not
def stored_twice(x):
    """What is read is stored once more, in the same iteration."""
    for i in range(1, len(x)):
        x[i] = x[i] * np.sin(x[i - 1])
        x[i - 1] = x[i - 1] ** 2
    return np.sum(x)


def from_behind(x):
    """At i = 0, x[i - 1] is the last entry, which is stored later."""
    for i in range(len(x)):
        x[i] = x[i] * np.sin(x[i - 1])
    return np.sum(x)


def old_version(x):
    """The read of the old entry stands behind the store in the text."""
    for i in range(len(x)):
        before = x[i]
        x[i] = np.sin(x[i])
        x[i] = x[i] * before * before
    return np.sum(x)


def next_one(x):
    """What is read is stored in the next iteration."""
    for i in range(len(x) - 1):
        x[i] = x[i] * x[i + 1] ** 2
    return np.sum(x)


def ring(x, steps):
    """Entries that are stored again after a while."""
    h = np.zeros(3)
    h[0] = x
    for t in range(steps):
        h[(t + 1) % 3] = np.sin(h[t % 3]) * h[t % 3]
    return np.sum(h)


def swept(x, sweeps):
    """Entries that stay for one sweep only."""
    for _ in range(sweeps):
        for i in range(1, len(x)):
            x[i] = x[i] * np.sin(x[i - 1])
    return np.sum(x)


def anywhere(x, places):
    for i in range(len(places)):
        x[places[i]] = x[i] * np.sin(x[places[i]])
    return np.sum(x)


def a_row_that_grows(A):
    """The row that is read gets more entries later, and the slice of it does not."""
    for i in range(len(A)):
        for j in range(1, A.shape[1]):
            A[i, j] = A[i, j] * np.sin(np.sum(A[i]) * 0.1) + A[i, :j] @ A[i, :j]
    return np.sum(A)


def crossed(A):
    """A[j, i] is stored later where j > i, and A[i, j] is not stored where j > i."""
    for i in range(len(A)):
        for j in range(i + 1):
            A[i, j] = A[i, j] * np.sin(A[j, i]) + A[i, j] ** 2
    return np.sum(A)


def slice_from_behind(x, k):
    """Where k is negative, the slice ends before the last entries, and these are stored later."""
    for i in range(4, len(x)):
        x[i] = x[i] + np.sum(x[:k] ** 2) * 0.1
    return np.sum(x)


def two_names(x, n):
    """Which of the two arrays holds what is not the same in each iteration."""
    y = x * 2.0
    for i in range(1, n):
        y[i] = np.sin(x[i - 1]) * y[i]
        x, y = y, x
    return np.sum(x * y)


def in_one_arm(x):
    for i in range(1, len(x)):
        t = x[i - 1] * x[i]
        if t > 0.5:
            x[i - 1] = np.sin(t)
        x[i] = t * t
    return np.sum(x)


def narrow(x, i0):
    """Stored as a narrower number than was computed."""
    y = np.zeros(len(x), dtype=np.float32)
    for i in range(len(x)):
        y[i] = np.exp(x[i])
    return np.sum(y)


def broadcast(x, A):
    """One number in a whole row."""
    for i in range(len(A)):
        A[i] = np.exp(x[i])
    return np.sum(A**2)


def by_step(x, step):
    """Whether later iterations have larger indices is not known."""
    for i in range(3, 9, step):
        x[i] = np.sin(x[i - 2]) * x[i]
    return np.sum(x)


def nothing_yet(x, n):
    for i in range(0, n, -1):
        x[i] = np.sin(x[i + 1])
    for i in range(len(x) - 1):
        x[i] = np.sin(x[i + 1]) * x[i]
    return np.sum(x)


line = np.linspace(0.5, 1.5, 6)
CHANGING = [
    (stored_twice, (line,)), (from_behind, (line,)), (old_version, (line,)), (next_one, (line,)), (ring, (0.7, 7)),
    (swept, (line, 3)), (anywhere, (line, np.array([3, 0, 3, -1, 2]))), (a_row_that_grows, (square(4),)),
    (crossed, (square(4),)), (slice_from_behind, (np.linspace(0.1, 0.9, 9), -3)), (two_names, (line, 5)),
    (in_one_arm, (np.linspace(0.4, 1.4, 6),)), (broadcast, (line[:3], square(3))), (by_step, (np.linspace(0.1, 0.9, 10), 2)),
    (nothing_yet, (line, -2)),
]  # fmt: skip


@pytest.mark.parametrize(("function", "args"), CHANGING, ids=lambda value: getattr(value, "__name__", ""))
def test_what_is_stored_again_is_not_read_of_the_end(function, args):
    copies = [np.copy(arg) if isinstance(arg, np.ndarray) else arg for arg in args]
    check_grads(function, copies, order=1)


def test_a_narrower_number_is_not_taken_for_what_was_computed():
    _, found = value_and_grad(narrow)(line, 0)
    assert np.array_equal(found, np.exp(line))


def test_the_array_may_change_behind_the_loop():
    def changed_later(x):
        for i in range(1, len(x)):
            x[i] = x[i] * np.sin(x[i - 1])
        x *= x
        return np.sum(x)

    check_grads(changed_later, (line,), order=2)


def test_the_text_reads_as_one_writes_it():
    text = grad(doolittle).source(square(3))
    assert "saved" not in text
    assert " * A[i, k]\n" in text
    assert " * A[k, j]\n" in text
