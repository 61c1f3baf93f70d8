"""That the programs of `tests/programs` compute what they say: against NumPy's linear algebra, conservation, exact solutions.

Nothing here is differentiated.  A program written in two styles is compared with the other one where neither has a
closed form.
"""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

import numpy as np
import pytest

N = 6


def load(name: str) -> ModuleType:
    return importlib.import_module(f"programs.{name}")


def given(module: ModuleType, n: int = N) -> tuple[Any, ...]:
    args: tuple[Any, ...] = module.arguments(np.random.default_rng(3), n)
    return args


def close(found: Any, expected: Any, rtol: float = 1e-11) -> None:
    scale = float(np.max(np.abs(expected), initial=1e-300))
    np.testing.assert_allclose(found, expected, rtol=rtol, atol=rtol * scale)


# ------------------------------------------------------------------------------------------------------------ products
@pytest.mark.parametrize("name", ["gemm", "gemm_rows", "gemm_out"])
def test_gemm(name):
    module = load(name)
    alpha, beta, A, B, C = given(module)
    expected = alpha * np.einsum("ik,kj->ij", A, B) + beta * C
    module.gemm(alpha, beta, A, B, C)
    close(C, expected)


@pytest.mark.parametrize("name", ["two_mm", "two_mm_slices"])
def test_two_products(name):
    module = load(name)
    alpha, beta, A, B, C, D = given(module)
    expected = alpha * np.linalg.multi_dot([A, B, C]) + beta * D
    module.two_mm(alpha, beta, A, B, C, D)
    close(D, expected)


def test_three_products():
    loops, out = load("three_mm"), load("three_mm_out")
    matrices = given(loops)
    close(loops.three_mm(*matrices)[2], np.linalg.multi_dot(matrices))
    A, B, C, D, _ = given(out)
    G = np.empty((len(A), D.shape[1]))
    out.three_mm(A, B, C, D, G)
    close(G, np.linalg.multi_dot([A, B, C, D]))


def test_products_with_a_matrix_and_its_transpose():
    A, x = given(load("atax"))
    y = np.zeros_like(x)
    load("atax").atax(A, x, y)
    close(y, A.T @ A @ x)
    close(load("atax_slices").atax(A, x)[0], A.T @ A @ x)
    A, p, r = given(load("bicg"))
    q, s, work = np.empty(len(A)), np.empty(A.shape[1]), np.zeros(sum(A.shape))
    load("bicg").bicg(A, p, r, q, s)
    load("bicg_slices").bicg(A, p, r, work)
    close(np.concatenate([q, s]), np.concatenate([A @ p, A.T @ r]))
    close(work, np.concatenate([A @ p, A.T @ r]))


@pytest.mark.parametrize("name", ["mvt", "mvt_slices"])
def test_mvt(name):
    x1, x2, y1, y2, A = given(load(name))
    expected = x1 + A @ y1, x2 + A.T @ y2
    load(name).mvt(x1, x2, y1, y2, A)
    close(x1, expected[0])
    close(x2, expected[1])


def test_gemver():
    alpha, beta, A, u1, v1, u2, v2, y, z = given(load("gemver"))
    B = A + np.outer(u1, v1) + np.outer(u2, v2)
    x_exact = beta * B.T @ y + z
    for name, order in (("gemver", "yzxw"), ("gemver_slices", "wxyz")):
        work = {"y": y, "z": z, "x": np.zeros_like(y), "w": np.zeros_like(y)}
        changed = A.copy()
        load(name).gemver(alpha, beta, changed, u1, v1, u2, v2, *(work[key] for key in order))
        close(changed, B)
        close(work["x"], x_exact)
        close(work["w"], alpha * B @ x_exact)


def test_gesummv():
    alpha, beta, A, B, x = given(load("gesummv"))
    tmp, y = np.empty_like(x), np.empty_like(x)
    load("gesummv").gesummv(alpha, beta, A, B, x, tmp, y)
    close(y, (alpha * A + beta * B) @ x)
    close(load("gesummv_slices").gesummv(alpha, beta, A, B, x), y)


@pytest.mark.parametrize("name", ["syrk", "syrk_slices", "syr2k", "syr2k_slices"])
def test_symmetric_updates(name):
    alpha, beta, *factors, C = given(load(name))
    A, B = factors[0], factors[-1]
    product = alpha * A @ A.T if A is B else alpha * (A @ B.T + B @ A.T)
    expected = np.tril(product + beta * C)
    getattr(load(name), name.removesuffix("_slices"))(alpha, beta, *factors, C)
    close(np.tril(C), expected)
    if name == "syr2k_slices":
        close(C, C.T)


@pytest.mark.parametrize("name", ["symm", "symm_slices"])
def test_symm(name):
    alpha, beta, A, B, C = given(load(name))
    expected = alpha * (np.tril(A) + np.tril(A, -1).T) @ B + beta * C
    load(name).symm(alpha, beta, A, B, C)
    close(C, expected)


@pytest.mark.parametrize("name", ["trmm", "trmm_slices"])
def test_trmm(name):
    alpha, A, B = given(load(name))
    expected = alpha * (np.eye(len(A)) + np.tril(A, -1)).T @ B
    load(name).trmm(alpha, A, B)
    close(B, expected)


@pytest.mark.parametrize("name", ["doitgen", "doitgen_slices"])
def test_doitgen(name):
    A, C4 = given(load(name))
    expected = A @ C4
    load(name).doitgen(A, C4)
    close(A, expected)


# ------------------------------------------------------------------------------------------------------ factorisations
@pytest.mark.parametrize("name", ["cholesky", "cholesky_slices", "cholesky_columns"])
def test_cholesky(name):
    A = given(load(name))[0]
    factor = A.copy()
    returned = load(name).cholesky(factor)
    close(np.tril(factor if returned is None else returned), np.linalg.cholesky(A))


def test_the_normal_likelihood():
    A, x = given(load("cholesky_columns"))
    exact = 0.5 * x @ np.linalg.solve(A, x) + 0.5 * np.linalg.slogdet(A)[1]
    close(load("cholesky_columns").loss(A, x), exact)


@pytest.mark.parametrize("name", ["lu", "lu_slices"])
def test_lu(name):
    (A,) = given(load(name))
    factors = A.copy()
    load(name).lu(factors)
    close((np.tril(factors, -1) + np.eye(len(A))) @ np.triu(factors), A)


def test_systems_of_equations():
    A, b = given(load("ludcmp"))
    exact = np.linalg.solve(A, b)
    x = np.zeros_like(b)
    load("ludcmp").ludcmp(A.copy(), b, x, np.zeros_like(b))
    close(x, exact)
    x = b.copy()
    load("ludcmp_slices").solve(A.copy(), x)
    close(x, exact)
    A, b = given(load("lu_pivoting"))
    close(load("lu_pivoting").solve(A.copy(), b.copy()), np.linalg.solve(A, b))
    A, b = given(load("householder"))
    close(load("householder").householder(A.copy(), b.copy()), np.linalg.lstsq(A, b)[0])
    (A,) = given(load("gauss_jordan"))
    inverse, det = load("gauss_jordan").invert(A)
    close(inverse, np.linalg.inv(A))
    close(det, np.linalg.det(A))


def test_triangular_systems():
    L, b = given(load("trisolv"))
    x = np.empty_like(b)
    load("trisolv").trisolv(L, x, b)
    close(x, np.linalg.solve(L, b))
    L, B = given(load("trisolv_slices"))
    exact = np.linalg.solve(L, B)
    load("trisolv_slices").trisolv(L, B)
    close(B, exact)


def test_tridiagonal_systems():
    a, b, c, d = given(load("tridiagonal"))
    A = np.diag(b) + np.diag(a, -1) + np.diag(c, 1)
    close(load("tridiagonal").thomas(a, b, c, d), np.linalg.solve(A, d))
    x = d.copy()
    load("tridiagonal_in_place").tridag(np.append(0.0, a), b.copy(), np.append(c, 0.0), x)
    close(x, np.linalg.solve(A, d))
    lower, diag, upper, rhs = given(load("tridiagonal_cyclic"))
    exact = np.empty_like(rhs)
    for j in range(rhs.shape[1]):
        A = np.diag(diag[:, j]) + np.diag(lower[1:, j], -1) + np.diag(upper[:-1, j], 1)
        A[0, -1], A[-1, 0] = lower[0, j], upper[-1, j]
        exact[:, j] = np.linalg.solve(A, rhs[:, j])
    load("tridiagonal_cyclic").cyclic(lower, diag, upper, rhs)
    close(rhs, exact)


def test_conjugate_gradients():
    A, b, _ = given(load("conjugate_gradients"))
    close(load("conjugate_gradients").cg(A, b, len(b)), np.linalg.solve(A, b), 1e-9)
    u, f, sigma = given(load("conjugate_gradients_while"))
    load("conjugate_gradients_while").solve(u, f, sigma)
    q = np.zeros_like(u)
    load("conjugate_gradients_while").apply(u, q, sigma)
    close(q, f, 1e-10)
    data, indices, indptr, x, b, _ = given(load("conjugate_gradients_loops"))
    load("conjugate_gradients_loops").pcg(data, indices, indptr, x, b, len(b))
    A = np.zeros((len(b), len(b)))
    A[np.repeat(np.arange(len(b)), np.diff(indptr)), indices] = data
    close(A @ x, b, 1e-9)


def test_toeplitz_systems():
    (r,) = given(load("durbin"))
    first = np.append(1.0, r[:-1])
    T = first[np.abs(np.subtract.outer(np.arange(len(r)), np.arange(len(r))))]
    y = np.zeros_like(r)
    load("durbin").durbin(r, y)
    close(y, np.linalg.solve(T, -r))
    close(load("durbin_slices").durbin(r)[0], y)


def test_orthogonalisation():
    (A,) = given(load("gram_schmidt"))
    Q, R = np.zeros_like(A), np.zeros((A.shape[1], A.shape[1]))
    load("gram_schmidt").gram_schmidt(A.copy(), R, Q)
    close(Q.T @ Q, np.eye(len(R)))
    close(Q @ R, A)
    V, _ = given(load("gram_schmidt_columns"))
    load("gram_schmidt_columns").orthonormalise(V)
    close(V.T @ V, np.eye(V.shape[1]))


def test_eigenvalues():
    A, _, _ = given(load("jacobi_rotations"))
    w, V = load("jacobi_rotations").eigenvalues(A.copy(), 4)
    close(np.sort(w), np.linalg.eigvalsh(A))
    close(V @ np.diag(w) @ V.T, A)
    A, _ = given(load("power_iteration"))
    close(load("power_iteration").dominant(A, np.ones(len(A))), np.max(np.linalg.eigvalsh(A)))


def test_statistics():
    (data,) = given(load("covariance"))
    close(load("covariance").covariance(data.copy()), np.cov(data, rowvar=False))
    close(load("covariance_slices").covariance(data.copy()), np.cov(data, rowvar=False))
    expected = np.corrcoef(data, rowvar=False)
    close(load("correlation").correlation(data.copy()), expected)
    close(load("correlation_slices").correlation(data.copy()), expected)


def test_shortest_paths():
    (path,) = given(load("floyd_warshall"))
    other = path.copy()
    load("floyd_warshall").floyd_warshall(path)
    load("floyd_warshall_loops").floyd_warshall(other)
    close(path, other)
    assert np.all(path <= np.min(path[:, :, None] + path[None], axis=1) + 1e-12)


# ------------------------------------------------------------------------------------------------------------ stencils
@pytest.mark.parametrize(
    ("first", "second", "function"),
    [
        ("jacobi_2d", "jacobi_2d_slices", "jacobi_2d"),
        ("seidel_2d", "seidel_2d_slices", "seidel_2d"),
        ("fdtd_2d", "fdtd_2d_slices", "fdtd_2d"),
    ],
)
def test_two_styles_give_the_same(first, second, function):
    args, others = given(load(first)), given(load(first))
    getattr(load(first), function)(*args)
    getattr(load(second), function)(*others)
    for one, other in zip(args, others, strict=True):
        close(one, other)


def test_averages_of_a_straight_line():
    """Sweeps of an average, and the heat equation, leave a linear field as it is."""
    x = np.linspace(1.0, 2.0, 7)
    A, B = x.copy(), x.copy()
    load("jacobi_1d_slices").jacobi_1d(4, A, B)
    close(A, x)
    load("jacobi_1d").jacobi_1d(1, A, B)
    close(A, x, 1e-4)
    close(load("jacobi_1d_swap").heat(x, 5), x)
    field = x[:, None, None] + x[:4, None] - 2.0 * x[:5]
    A, B, u = field.copy(), field.copy(), field.copy()
    load("heat_3d").heat_3d(2, A, B)
    load("heat_3d_slices").heat_3d(u, np.ones_like(u), 0.1, 3)
    close(A, field)
    close(u, field)


def test_poisson_equations():
    """Iterations that have converged satisfy the difference equation."""
    b, left, right, _ = given(load("jacobi_2d_poisson"))
    p = load("jacobi_2d_poisson").poisson(b, left, right, 2000)
    lap = p[1:-1, 2:] + p[1:-1, :-2] + p[2:, 1:-1] + p[:-2, 1:-1] - 4.0 * p[1:-1, 1:-1]
    close(lap, b[1:-1, 1:-1], 1e-9)
    u, f, omega, _ = given(load("seidel_red_black"))
    load("seidel_red_black").red_black(u, f, omega, 500)
    lap = u[1:-1, 2:] + u[1:-1, :-2] + u[2:, 1:-1] + u[:-2, 1:-1] - 4.0 * u[1:-1, 1:-1]
    close(lap, f[1:-1, 1:-1], 1e-10)
    u, f, _ = given(load("multigrid_1d"))
    h = 1.0 / (len(u) - 1)
    for _ in range(30):
        load("multigrid_1d").v_cycle(u, f, h)
    close(np.diff(u, 2) / h**2, -f[1:-1], 1e-9)


@pytest.mark.parametrize("name", ["adi", "adi_slices"])
def test_alternating_directions(name):
    """A column mode decays by the factor of Peaceman and Rachford's scheme."""
    module, n, r = load(name), 9, 0.6
    x = np.sin(np.pi * np.arange(n) / (n - 1))
    boundary = 1.0 if name == "adi" else 0.0
    u = boundary + np.outer(x, x)
    s = 2.0 * np.sin(0.5 * np.pi / (n - 1)) ** 2
    module.adi(2, r, u)
    expected = boundary + ((1.0 - r * s) / (1.0 + r * s)) ** 4 * np.outer(x, x)
    close(u[1:-1, 1:-1], expected[1:-1, 1:-1])


def test_waves():
    """The levels of a standing wave, and one scheme in two ways of storing its levels."""
    nx, nt = 9, 12
    mode = np.cos(np.pi * np.arange(nx) / (nx - 1))[:, None] * np.ones(4)
    module = load("wave_2d_levels")
    omega = 2.0 * np.arcsin(np.sqrt(module.COURANT2) * np.sin(0.5 * np.pi / (nx - 1)))
    u = module.leapfrog(mode, (np.cos(omega) - 1.0) * mode, nt)
    close(u, np.cos(omega * np.arange(nt + 1))[:, None, None] * mode)
    c = np.full((7, 7), 0.8)
    record, _ = load("wave_2d").propagate(c, np.array([1.0, 0.0, 0.0, 0.0]), 0.5, (3, 3), (3, 2))
    close(record[:3], 0.25 * 0.16 * np.array([0.0, 1.0, 2.0 + 2.0 - 8.0 * 0.16]))


def test_energy_leaves_a_lossy_medium():
    eps, _, _, dt = given(load("fdtd_2d_absorbing"))
    energy = []
    for sigma in (0.0, 2.0):
        ez, hx, hy, _ = load("fdtd_2d_absorbing").fdtd(eps, np.full_like(eps, sigma), 20, dt)
        energy.append(np.sum(eps * ez**2) + np.sum(hx**2) + np.sum(hy**2))
    assert energy[1] < 0.1 * energy[0]


# --------------------------------------------------------------------------------------------------------------- flows
def centre_lines(n, nu=0.5):
    """The velocity on the vertical centre line, by velocity and pressure and by stream function and vorticity."""
    h = 1.0 / (n - 1)
    dt = 0.2 * h**2 / nu
    steps = int(0.2 / dt)
    u, v, p, w, psi = (np.zeros((n, n)) for _ in range(5))
    load("cavity").cavity_flow(steps, 100, u, v, p, 1.0, dt, h, h, 1.0, nu)
    for _ in range(steps):
        load("cavity_stream").solve_psi(psi, w, h, 1e-6)
        load("cavity_stream").step(w, psi, 1.0, nu, dt, h)
    return u[1:-1, n // 2], (psi[2:, n // 2] - psi[:-2, n // 2]) / (2.0 * h)


def test_the_lid_drives_a_vortex():
    """Along the lid above, back below.  The two formulations approach each other as the grid is refined."""
    coarse, fine = centre_lines(9), centre_lines(17)
    loops = np.zeros((8, 8))
    load("cavity_loops").cavity(loops, np.zeros((8, 8)), 1.0, 0.1, 40, 0.008, 1.0 / 7)
    for profile in (*fine, loops[1:-1, 4]):
        assert 0.2 < np.max(profile) < 1.0
        assert -0.3 < np.min(profile) < -0.05
    errors = [np.max(np.abs(one - other)) for one, other in (coarse, fine)]
    assert errors[1] < 0.75 * errors[0]


def test_the_channel_flow_settles_to_a_parabola():
    n, nu, F = 9, 0.5, 1.0
    dy = 2.0 / (n - 1)
    u = np.zeros((n, n))
    for _ in range(2000):
        un = u.copy()
        load("channel_flow").advance(u, un, 0.4 * dy**2, dy, dy, nu, F)
    y = dy * np.arange(n)
    close(u, (0.5 * F / nu * y * (2.0 - y))[:, None] * np.ones(n), 1e-8)


def test_vertical_advection():
    """One step satisfies the Crank-Nicolson equations; a column without vertical wind stays as it is."""
    u, w, dt, dz, _ = given(load("vertical_advection"))
    old = u.copy()
    load("vertical_advection").advect(u, w, dt, dz)

    def rate(f):
        slopes = w[:, :, 1:] * np.diff(f, axis=2) / dz
        return np.concatenate([slopes[:, :, :1], 0.5 * (slopes[:, :, 1:] + slopes[:, :, :-1]), slopes[:, :, -1:]], 2)

    close((u - old) / dt, -0.5 * (rate(u) + rate(old)), 1e-10)
    tendency, u, wcon, dtr, beta = given(load("vertical_advection_loops"))
    start = tendency.copy()
    load("vertical_advection_loops").vadv(tendency, u, np.zeros_like(wcon), dtr, beta)
    close(tendency, start)


def test_advection_conserves_and_keeps_bounds():
    q = given(load("advection_limiter"), 20)[0]
    total, low, high = np.sum(q), np.min(q), np.max(q)
    load("advection_limiter").advect(q, 1.0, 0.4 / len(q), 1.0 / len(q), 30)
    close(np.sum(q), total)
    assert low - 1e-12 <= np.min(q)
    assert np.max(q) <= high + 1e-12
    q, velocity, dt, dx, _ = given(load("advection_limiter_loops"), 20)
    total = np.sum(q)
    load("advection_limiter_loops").advect(q, velocity, dt, dx, 10)
    close(np.sum(q), total)
    q, other = np.sin(np.arange(24) / 12 * np.pi) + 2.0, np.sin(np.arange(24) / 12 * np.pi) + 2.0
    load("advection_limiter").advect(q, 1.0, 0.02, 1 / 24, 10)
    load("advection_limiter_loops").advect(other, np.ones(24), 0.02, 1 / 24, 10)
    assert np.max(np.abs(q - other)) < 0.05
    u, nt = given(load("lax_wendroff"))
    total = np.sum(u)
    load("lax_wendroff").advect(u, nt)
    close(np.sum(u), total)


def test_burgers_waves_decay():
    u, nt, dt, dx, nu = given(load("burgers_1d_copy"))
    before = np.ptp(u)
    load("burgers_1d_copy").burgers(u, nt, dt, dx, nu)
    assert u[0] == u[-1]
    assert np.ptp(u) < before


def test_water_at_rest_and_water_kept():
    still = np.ones(8), np.zeros(8)
    load("shallow_water_1d").step(*still, 9.81, 0.01, 0.1)
    close(still[0], np.ones(8))
    close(still[1], np.zeros(8))
    U, bed, g, dx, t_end = given(load("shallow_water_1d_loops"), 12)
    U[0], U[1] = 1.0 + 0.2 * np.exp(-0.5 * (np.arange(len(bed)) - 7.0) ** 2), 0.0
    before = np.sum(U[0, 3:-3])
    load("shallow_water_1d_loops").run(U, np.zeros_like(bed), g, dx, t_end)
    close(np.sum(U[0, 3:-3]), before, 1e-3)
    depth, eta0, f, g, dt, dx, _ = given(load("shallow_water_staggered"))
    eta, _, _ = load("shallow_water_staggered").run(np.ones_like(depth), eta0, f, g, dt, dx, eta0[:1, 0] * 0.0)
    level = eta0.copy()
    level[0] = 0.0
    close(np.sum(eta), np.sum(level), 1e-10)


def test_a_uniform_gas_stays_uniform():
    U = np.ones((8, 3)) * np.array([1.0, 0.3, 2.5])
    W = load("sod_tube").run(U, 1.4, 0.01, 0.1, 5)
    close(U, np.ones((8, 3)) * np.array([1.0, 0.3, 2.5]))
    close(W[:, 2], 0.4 * (2.5 - 0.045))


# -------------------------------------------------------------------------------------------------------------- others
def test_filters_keep_a_constant():
    constant = np.full((5, 6), 2.0)
    smooth, edges = load("recursive_filter").edges(constant, 0.7)
    close(smooth, constant)
    close(edges, np.zeros_like(constant), 1e-11)
    impulse = np.zeros((1, 40))
    impulse[0, 20] = 1.0
    response = load("recursive_filter_loops").filter_lines(impulse, 0.4, 0.8, -0.2)
    close(response[0, 10:31], response[0, 10:31][::-1], 1e-4)
    close(np.sum(response), (0.4 / (1.0 - 0.8 + 0.2)) ** 2, 1e-3)
    field = np.fromfunction(lambda i, j, k: 1.0 * i + 2.0 * j, (8, 9, 2))
    close(load("horizontal_diffusion").hdiff(field, np.ones((4, 5, 2))), field[2:-2, 2:-2])


def test_finite_elements():
    """A linear field has no residual at inner nodes; the element matrices have no net force."""
    nodes, triangles, kappa, source, _ = given(load("finite_elements"))
    K, f = load("finite_elements").assemble(nodes, triangles, np.ones_like(kappa), source * 0.0 + 1.0)
    assert np.max(np.abs(K @ np.ones(len(nodes)))) < 1e-12
    inner = [i for i in range(len(nodes)) if np.sum(triangles == i) == 6]
    assert np.max(np.abs((K @ nodes[:, 0])[inner])) < 1e-12
    close(np.sum(f), 0.5 * abs(signed_areas(nodes, triangles)).sum())


def signed_areas(nodes, triangles):
    a, b, c = (nodes[triangles[:, k]] for k in range(3))
    return (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])


def test_particles():
    x, _, weight, _, dx, cells, _ = given(load("particle_in_cell"))
    rho, E = np.empty(cells), np.empty(cells)
    load("particle_in_cell").deposit(rho, x, weight, dx)
    close(dx * np.sum(rho), np.sum(weight))
    load("particle_in_cell").field(rho, E, dx)
    assert abs(np.mean(E)) < 1e-14


def test_reaction_and_diffusion_stay_at_rest():
    U, V = np.ones((7, 7)), np.zeros((7, 7))
    load("gray_scott").gray_scott(U, V, 0.16, 0.08, 0.06, 0.062, 3)
    close(U, np.ones((7, 7)))


def test_the_spline_interpolates():
    from scipy.interpolate import CubicSpline

    x, y, points = given(load("cubic_spline"))
    values = np.empty_like(points)
    y2 = load("cubic_spline").second_derivatives(x, y)
    load("cubic_spline").evaluate(x, y, y2, points, values)
    close(values, CubicSpline(x, y, bc_type="natural")(points))


def test_exponentials_and_chains():
    from scipy.linalg import expm

    A, t, _ = given(load("matrix_exponential_in_place"))
    close(load("matrix_exponential_in_place").expm(A, t), expm(t * A))
    birth, death, *_ = given(load("markov_chain"))
    Q = load("markov_chain").generator(birth, death)
    close(Q, np.diag(birth, 1) + np.diag(death, -1) - np.diag(np.append(birth, 0.0) + np.append(0.0, death)))


def test_local_means():
    img, _ = given(load("summed_area"))
    mean = load("summed_area").local_mean(img, 1)
    close(mean[1, 1], np.mean(img[:3, :3]))
    close(mean[0, -1], np.mean(img[:2, -2:]))


def test_the_lattice_keeps_its_mass():
    f, omega, force, solid, nt = given(load("lattice_boltzmann"))
    mass = np.sum(f)
    for _ in range(nt):
        load("lattice_boltzmann").collide(f, omega, force)
        load("lattice_boltzmann").stream(f, solid)
    close(np.sum(f), mass)
    assert np.sum(load("lattice_boltzmann").moments(f)[1]) > 0.0


def test_harmonic_functions():
    top, left = given(load("laplace_converged"))
    u, _ = load("laplace_converged").laplace(top, left)
    close(u[1:-1, 2:] + u[1:-1, :-2] + u[2:, 1:-1] + u[:-2, 1:-1], 4.0 * u[1:-1, 1:-1], 1e-11)


def test_neutrons_are_balanced():
    """What enters and is born is absorbed or leaves."""
    source, sigma, scattering, mus, weights, dx, incoming, _ = given(load("transport_sweep"))
    born = 2.0 * dx * np.sum(source)
    args = source, sigma, scattering, mus, weights, dx, incoming, 200
    phi, leakage = load("transport_sweep").transport(*args)
    entered = np.sum((weights * mus)[mus > 0]) * incoming
    close(born + entered, dx * np.sum((sigma - scattering) * phi) + np.sum(weights * np.abs(mus) * leakage), 1e-9)


def test_sorting():
    x, _ = given(load("insertion_sort"))
    expected = np.sort(x)
    load("insertion_sort").insertion_sort(x)
    assert np.array_equal(x, expected)
    values, _ = given(load("exchange_sort"))
    original, labels = values.copy(), np.arange(len(values))
    load("exchange_sort").sort_pairs(values, labels)
    assert np.array_equal(values, original[labels])
    assert np.all(np.diff(values) > 0.0)


def test_transforms():
    re, im = given(load("fft_butterflies"))
    expected = np.fft.fft(re + 1j * im)
    load("fft_butterflies").fft(re, im)
    close(re + 1j * im, expected)
    x = np.linspace(0.0, 1.0, 16)
    load("wavelet_lifting").forward(x)
    assert np.max(np.abs(x[1:-1:2])) < 1e-12, "a straight line has no details"
