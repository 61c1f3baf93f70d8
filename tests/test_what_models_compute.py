"""The programs that fill arrays compute what their names say: held against NumPy and SciPy, or against a law."""

from __future__ import annotations

import itertools
import math
from importlib import import_module
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.interpolate
import scipy.linalg
import scipy.signal
import scipy.special
import scipy.stats
from numpy.testing import assert_allclose
from scipy.spatial.transform import Rotation


def program(name: str, n: int = 5) -> tuple[Any, tuple[Any, ...]]:
    """(module, its arguments of this size)."""
    module = import_module(f"programs.{name}")
    return module, module.arguments(np.random.default_rng(3), n)


# ------------------------------------------------------------------------------------------------------------ networks
@pytest.mark.parametrize("name", ["convolution_layer", "residual_block", "lenet"])
def test_convolution(name, rng):
    x, w = rng.normal(size=(2, 6, 5, 2)), rng.normal(size=(3, 3, 2, 4))
    found = import_module(f"programs.{name}").conv2d(x, w)
    for image, out in itertools.product(range(2), range(4)):
        planes = [scipy.signal.correlate2d(x[image, :, :, c], w[:, :, c, out], mode="valid") for c in range(2)]
        assert_allclose(found[image, :, :, out], sum(planes), atol=1e-12)


def test_maxpool(rng):
    x = rng.normal(size=(2, 4, 6, 3))
    found = import_module("programs.lenet").maxpool2d(x)
    assert_allclose(found, x.reshape(2, 2, 2, 3, 2, 3).max(axis=(2, 4)))


def test_softmax():
    module, (x, _) = program("softmax_last_axis")
    assert_allclose(module.softmax(x), scipy.special.softmax(x, axis=-1))
    assert_allclose(module.log_softmax_rows(x), scipy.special.log_softmax(x, axis=-1))


def test_attention():
    module, (x, Wq, Wk, Wv, _) = program("attention_head")
    scores = x @ Wq @ (x @ Wk).T / math.sqrt(3)
    scores[np.triu_indices(len(x), 1)] = -np.inf
    assert_allclose(module.attention(x, Wq, Wk, Wv), scipy.special.softmax(scores, axis=1) @ x @ Wv)


def test_lstm_stays_within_its_bounds():
    module, (x, _, h0, c0, Wx, Wh, b, _) = program("lstm")
    h, c = module.lstm_forward(x, h0, c0, Wx, Wh, b)
    i, f, o = scipy.special.expit((x[0] @ Wx + h0 @ Wh + b)[:15]).reshape(3, 5)
    g = np.tanh((x[0] @ Wx + h0 @ Wh + b)[15:])
    assert_allclose(c[1], f * c0 + i * g)
    assert_allclose(h[1], o * np.tanh(c[1]))
    assert np.all(np.abs(h[1:]) < 1)


def test_training_lowers_the_loss():
    module, (X, y, _, _, W1, b1, W2, b2, rate, momentum) = program("sgd_training", 12)
    before = np.mean((module.forward(X, W1, b1, W2, b2)[1] - y) ** 2)
    module.train(X, y, W1, b1, W2, b2, rate, momentum, 30, 4)
    assert np.mean((module.forward(X, W1, b1, W2, b2)[1] - y) ** 2) < 0.8 * before


# ------------------------------------------------------------------------------------------------------------ dynamics
def test_runge_kutta():
    module, (y0, t, params, _) = program("runge_kutta", 20)
    fine = np.linspace(t[0], t[-1], 401)
    exact = scipy.integrate.solve_ivp(module.pendulum, (t[0], t[-1]), y0, args=(params,), rtol=1e-11, atol=1e-11)
    assert_allclose(module.rk4(module.pendulum, y0, fine, params)[-1], exact.y[:, -1], atol=1e-7)


def test_verlet_keeps_the_energy():
    module, (x0, v0, mass, k, alpha, _, _) = program("velocity_verlet")

    def energy(x, v):
        stretch = np.diff(x, prepend=0.0, append=0.0)
        return np.sum(mass * v**2) / 2 + np.sum(k * stretch**2 / 2 + alpha * stretch**4 / 4)

    trajectory, v = module.verlet(x0, v0, mass, k, alpha, 0.01, 500)
    assert energy(trajectory[-1], v) == pytest.approx(energy(x0, v0), rel=1e-4)


def test_implicit_euler_solves_its_equation():
    module, (y0, k, dt, steps) = program("implicit_euler")
    history = module.implicit_euler(y0, k, dt, steps)
    for old, new in itertools.pairwise(history):
        assert_allclose(new, old + dt * module.rates(new, k), atol=1e-13)
    assert_allclose(history.sum(axis=1), y0.sum())


def test_lorenz_is_eulers_method():
    module, (x0, y0, z0, sigma, rho, beta, _, _) = program("lorenz")
    x, y, z = module.lorenz(x0, y0, z0, sigma, rho, beta, 1e-5, 10000)

    def f(_, s):
        return sigma * (s[1] - s[0]), s[0] * (rho - s[2]) - s[1], s[0] * s[1] - beta * s[2]

    exact = scipy.integrate.solve_ivp(f, (0, 0.1), (x0, y0, z0), rtol=1e-9)
    assert_allclose((x[-1], y[-1], z[-1]), exact.y[:, -1], rtol=1e-3)


def test_adaptive_steps():
    module, (y0, mu, t_end, _) = program("adaptive_step")
    exact = scipy.integrate.solve_ivp(
        lambda _, y: (y[1], mu * (1 - y[0] ** 2) * y[1] - y[0]), (0, t_end), y0, rtol=1e-10, atol=1e-10
    )
    ts, ys = module.integrate(y0, mu, t_end, 2000, tol=1e-7)
    assert ts[-1] == pytest.approx(t_end)
    assert_allclose(ys[-1], exact.y[:, -1], atol=1e-5)


def test_lennard_jones_forces_are_minus_the_slope_of_the_energy():
    module, (pos, epsilon, sigma, _, _) = program("lennard_jones_cluster")
    _, F = module.lennard_jones(pos, epsilon, sigma)
    step = np.zeros_like(pos)
    step[1, 2] = 1e-6
    up, down = (module.lennard_jones(pos + s * step, epsilon, sigma)[0] for s in (1, -1))
    assert F[1, 2] == pytest.approx((down - up) / 2e-6, rel=1e-6)
    assert_allclose(F.sum(axis=0), 0, atol=1e-10)


def test_n_body_keeps_the_energy():
    module, (mass, pos, vel, _, _, G, softening) = program("n_body")
    _, _, KE, PE = module.simulate(mass, pos, vel, 400, 0.002, G, softening)
    assert_allclose(KE + PE, KE[0] + PE[0], rtol=1e-3)


def test_rigid_body():
    module, (q0, omega, inertia, _, _, _) = program("rigid_body")
    q, R = q0 / np.linalg.norm(q0), np.empty((3, 3))
    module.rotation(q, R)
    assert_allclose(R, Rotation.from_quat(np.roll(q, -1)).as_matrix(), atol=1e-12)
    energy = np.sum(inertia * omega**2)
    for _ in range(1000):
        module.spin(q, omega, inertia, 1e-4)
    assert np.sum(inertia * omega**2) == pytest.approx(energy, rel=1e-4)


def test_epidemic_keeps_the_people():
    module, (S0, I0, beta, gamma, contact, reported, dt) = program("sir_epidemic")
    history, _ = module.simulate(S0, I0, beta, gamma, contact, dt, len(reported))
    assert_allclose(history.sum(axis=1), np.tile(S0 + I0, (len(reported), 1)))


def test_shallow_water_keeps_the_volume():
    module, (h, depth, gravity, drag, dt, dx, _) = program("shallow_water")
    n, m = h.shape
    u, v, du, dv = np.zeros((n + 1, m)), np.zeros((n, m + 1)), np.zeros((n + 1, m)), np.zeros((n, m + 1))
    volume = h.sum()
    for _ in range(10):
        module.step(u, v, h, du, dv, np.ones_like(depth), gravity, drag, dt, dx)
    assert np.abs(u).max() > 0.1
    assert h.sum() == pytest.approx(volume)


def test_net_pulls_its_edges_to_their_lengths():
    module, (pos, vel, masses, edges, rest, stiffness, gravity, dt, _) = program("hanging_cloth")
    inv_mass = 1 / masses
    inv_mass[0] = 0
    pinned = pos[0].copy()
    module.simulate(pos, vel, inv_mass, edges, rest, stiffness, gravity, dt, 100)
    assert_allclose(pos[0], pinned)
    lengths = np.linalg.norm(pos[edges[:, 1]] - pos[edges[:, 0]], axis=1)
    assert_allclose(lengths, rest, rtol=0.1)


def test_diffusion():
    module, (U, V, Du, Dv, _, _, _) = program("reaction_diffusion")
    module.fill_borders(U)
    total = U[1:-1, 1:-1].sum()
    module.gray_scott(U, np.zeros_like(V), Du, Dv, 0.0, 0.0, 200)
    assert U[1:-1, 1:-1].sum() == pytest.approx(total)
    assert np.ptp(U) < 0.01


def test_heat():
    module, (u0, T, _) = program("heat_roll")
    u = module.heat_ring(u0, 300)
    assert_allclose(u.sum(axis=1), u0.sum())
    assert_allclose(u[-1], u0.mean(), atol=1e-3)
    mean = T.mean()
    assert_allclose(module.heat_torus(T, 300), mean, atol=1e-3)


def test_wave_moves_at_its_speed():
    module, _ = program("wave_workspace")
    x = np.linspace(0, 1, 401)
    u, _ = module.propagate(np.exp(-(((x - 0.5) / 0.04) ** 2)), np.full(401, 0.5), 0.002, 200)
    assert x[np.argmax(u[:200])] == pytest.approx(0.3, abs=0.01)
    assert x[200 + np.argmax(u[200:])] == pytest.approx(0.7, abs=0.01)


def test_ising():
    module, (m, J, h, beta, _) = program("ising_energy")
    pairs = m * (np.roll(m, -1, axis=0) + np.roll(m, -1, axis=1))
    assert module.energy(m, J, h) == pytest.approx(-J * pairs.sum() - (h * m).sum())
    module.mean_field(m, J, h, beta, 500)
    field = sum(np.roll(m, s, axis=a) for s, a in itertools.product((1, -1), (0, 1)))
    assert_allclose(m, np.tanh(beta * (J * field + h)), atol=1e-10)


def test_mandelbrot():
    module, _ = program("escape_time")
    z, count = module.mandelbrot(np.array([-1.0, 1.0]), np.array([0.0]), 10, 2.0)
    assert_allclose(z, [[0.0, 2.0]])  # at -1 it is periodic, at 1 it is 1, 2 and then stays
    assert_allclose(count, [[9, 1]])


def test_ray_hits_what_stands_before_it():
    module, _ = program("ray_marcher")
    travelled, p = module.march(np.array([0.0, 0.0, 3.0]), np.array([0.0, 0.0, -1.0]), 0.6, 2.0)
    assert travelled == pytest.approx(2.4, abs=1e-3)
    assert_allclose(p, [0, 0, 0.6], atol=1e-3)
    image, depth = module.render(*module.arguments(np.random.default_rng(0), 6))
    assert np.all((image >= 0) & (image <= 1))
    assert 0 < np.mean(depth < module.FAR) < 1


# ---------------------------------------------------------------------------------------------------- finance, filters
def black_scholes(S, K, r, sigma, T):
    d1 = (np.log(S / K) + (r + sigma**2 / 2) * T) / (sigma * np.sqrt(T))
    return S * scipy.stats.norm.cdf(d1) - K * np.exp(-r * T) * scipy.stats.norm.cdf(d1 - sigma * np.sqrt(T))


def test_binomial_tree():
    module, _ = program("binomial_tree")
    # without interest there is no reason to exercise early
    european = black_scholes(100, 110, 0, 0.3, 0.5) + 110 - 100
    assert module.american_put(100, 110, 0.0, 0.3, 0.5, 500) == pytest.approx(european, abs=0.02)
    assert module.american_put(100, 110, 0.2, 0.3, 2.0, 500) > 110 * np.exp(-0.4) - 100 + black_scholes(
        100, 110, 0.2, 0.3, 2.0
    )


def test_crank_nicolson():
    module, _ = program("crank_nicolson_option")
    V = module.crank_nicolson(400.0, 100.0, 0.04, 0.25, 1.0, 400, 200)
    assert V[100] == pytest.approx(black_scholes(100, 100, 0.04, 0.25, 1.0), abs=0.2)


def test_monte_carlo(rng):
    module, (_, _, rate, sigma, corr, _, _) = program("monte_carlo_option")
    paths = module.simulate_paths(np.full(2, 100.0), rate, sigma, corr, 0.25, rng.normal(size=(40000, 4, 2)))
    assert_allclose(paths[:, -1].mean(axis=0), 100 * np.exp(rate), rtol=0.01)
    returns = np.log(paths[:, -1] / paths[:, 0])
    assert_allclose(np.std(returns, axis=0), sigma, rtol=0.02)
    assert np.corrcoef(returns.T)[0, 1] == pytest.approx(0.4, abs=0.02)


def test_digital_filters():
    module, (x, taps, b0, a1, sections, _) = program("digital_filter", 20)
    assert_allclose(module.fir(x, taps), np.convolve(x, taps)[: len(x)])
    assert_allclose(module.one_pole(x, b0, a1), scipy.signal.lfilter([b0], [1, a1], x))
    expected = scipy.signal.lfilter(sections[0, :3], [1, *sections[0, 3:]], x)
    module.biquad(x, sections[0, :3], sections[0, 3:])
    assert_allclose(x, expected)


def test_band_pass():
    module, (x,) = program("band_pass", 20)
    there = scipy.signal.lfilter(module.B, module.A, x)
    assert_allclose(module.filtfilt(x), scipy.signal.lfilter(module.B, module.A, there[::-1])[::-1])


def test_moving_averages():
    module, (x, fast, _, window) = program("moving_average", 20)
    alpha = 2 / (fast + 1)
    expected = scipy.signal.lfilter([alpha], [1, alpha - 1], x, zi=[(1 - alpha) * x[0]])[0]
    assert_allclose(module.ema(x, fast), expected)
    windows = [x[max(t - window + 1, 0) : t + 1].mean() for t in range(len(x))]
    assert_allclose(module.rolling_mean(x, window), windows, atol=1e-12)


def test_garch():
    module, (returns, _, omega, alpha, beta) = program("garch")
    variance = module.garch_variance(returns, omega, alpha, beta)
    b = np.concatenate([[omega / (1 - alpha - beta)], omega + alpha * returns[:-1] ** 2])
    assert_allclose(variance, scipy.signal.lfilter([1], [1, -beta], b))


def test_transforms():
    module, (re, im) = program("radix_two_fft", 16)
    expected = np.fft.fft(re + 1j * im)
    module.fft(re, im)
    assert_allclose(re + 1j * im, expected)
    module, (signal, image) = program("haar_wavelet", 8)
    means = signal.mean(), image.mean()
    module.haar(signal)
    module.haar_image(image)
    assert_allclose((signal[0], image[0, 0]), means)


def test_images():
    module, (image, radius) = program("integral_image")
    assert_allclose(module.box_mean(image, radius)[2, 3], image[1:4, 2:5].mean())
    assert_allclose(module.box_mean(image, radius)[0, 0], image[:2, :2].mean())
    module, (image, a, _, _) = program("recursive_smoothing")
    flat, mean = np.ones_like(image), image.mean()
    module.smooth(flat, a)
    assert_allclose(flat, 1)
    module.smooth(image, a)
    assert image.std() < 0.7 * program("recursive_smoothing")[1][0].std()
    assert image.mean() == pytest.approx(mean, rel=0.3)


# ----------------------------------------------------------------------------------------------------------- sequences
def test_kalman_filter():
    module, (z, F, H, Q, R, x0, P0) = program("kalman_filter", 4)
    T, d = len(z), len(x0)
    mean, cov = [], np.zeros((T * d, T * d))
    x, P = x0, P0
    for t in range(T):
        x, P = F @ x, F @ P @ F.T + Q
        mean.append(H @ x)
        block = P
        for s in range(t, T):
            cov[s * d : s * d + d, t * d : t * d + d] = block
            cov[t * d : t * d + d, s * d : s * d + d] = block.T
            block = F @ block
    observe = np.kron(np.eye(T), H)
    joint = observe @ cov @ observe.T + np.kron(np.eye(T), R)
    expected = scipy.stats.multivariate_normal.logpdf(z.ravel(), np.concatenate(mean), joint)
    assert module.kalman_filter(z, F, H, Q, R, x0, P0)[2] == pytest.approx(expected)


def test_hidden_markov():
    module, (obs, start, trans, emit) = program("hidden_markov", 4)
    weights = {}
    for path in itertools.product(range(3), repeat=len(obs)):
        steps = [trans[i, j] for i, j in itertools.pairwise(path)]
        weights[path] = start[path[0]] * np.prod(steps) * np.prod(emit[list(path), obs])
    alpha, scale = module.forward(obs, start, trans, emit)
    assert np.prod(scale) == pytest.approx(sum(weights.values()))
    posterior = alpha * module.backward(obs, trans, emit, scale)
    expected = sum(w for path, w in weights.items() if path[2] == 1) / sum(weights.values())
    assert posterior[2, 1] == pytest.approx(expected)


def test_crf():
    module, (features, W, transitions, start, end, _, _) = program("linear_chain_crf", 4)
    emissions = features[:4] @ W
    paths = itertools.product(range(3), repeat=4)
    scores = [module.sentence_score(emissions, transitions, start, end, path) for path in paths]
    expected = scipy.special.logsumexp(scores)
    assert module.log_partition(emissions, transitions, start, end) == pytest.approx(expected)


def test_time_warping():
    module, (s, t) = program("dynamic_time_warping", 4)

    def cheapest(i, j):
        before = [(i - 1, j), (i, j - 1), (i - 1, j - 1)]
        costs = [cheapest(*cell) for cell in before if min(cell) >= 0]
        return (s[i] - t[j]) ** 2 + (min(costs) if costs else 0.0)

    assert module.dtw(s, t)[-1, -1] == pytest.approx(cheapest(3, 4))


def test_alignments_are_hard_when_cold():
    module, (a, b, gap, _) = program("soft_needleman_wunsch")
    similarity = a @ b.T
    V, choice = module.soft_needleman_wunsch(similarity, gap, 1e-3)
    aligned = module.expected_alignment(choice)
    assert_allclose(aligned, np.round(aligned), atol=1e-6)
    pairs = round(aligned.sum())
    unpaired = sum(similarity.shape) - 2 * pairs
    assert V[-1, -1] == pytest.approx(np.sum(aligned * similarity) + gap * unpaired, abs=1e-2)


def test_edit_distance_of_words_is_levenshteins():
    module, _ = program("soft_edit_distance")
    letters = sorted(set("kittensitting"))
    p, q = (np.eye(len(letters))[[letters.index(c) for c in word]] for word in ("kitten", "sitting"))
    assert module.soft_levenshtein(p, q, 1 - np.eye(len(letters)), 1e-4) == pytest.approx(3, abs=1e-2)


# ------------------------------------------------------------------------------------------- matrices, fits, geometry
def test_pivoted_lu():
    module, (A, b) = program("pivoted_lu")
    x, determinant = np.linalg.solve(A, b), np.linalg.det(A)
    sign = module.lu_pivot(A, b)
    module.substitute(A, b)
    assert_allclose(b, x)
    assert sign * np.prod(np.diag(A)) == pytest.approx(determinant)


def test_row_reduction():
    module, (A, _) = program("row_reduction")
    assert_allclose(module.gauss_jordan(A), np.linalg.inv(A), atol=1e-12)


def test_least_squares():
    module, (A, b, _) = program("householder_qr")
    expected = np.linalg.lstsq(A, b)[0]
    module.householder(A, b)
    assert_allclose(module.back_substitute(A, b), expected)


def test_orthogonal_rows():
    module, (a, _) = program("row_centring")
    module.centre_rows(a)
    assert_allclose(a.mean(axis=1), 0, atol=1e-14)
    module.gram_schmidt(a[:3])
    assert_allclose(a[:3] @ a[:3].T, np.eye(3), atol=1e-12)


def test_eigenvalues():
    module, (A, _) = program("leading_eigenpairs")
    values, vectors = module.leading_eigenvalues(A, 2)
    assert_allclose(values, np.linalg.eigvalsh(A)[:-3:-1])
    assert_allclose(A @ vectors[0], values[0] * vectors[0], atol=1e-6)


def test_sparse_rows():
    module, (indptr, indices, data, diagonal, b, omega, _) = program("sparse_rows")
    dense = np.zeros((5, 5))
    for i in range(5):
        dense[i, indices[indptr[i] : indptr[i + 1]]] = data[indptr[i] : indptr[i + 1]]
    assert 0 in np.diff(indptr)
    assert_allclose(module.spmv(indptr, indices, data, b), dense @ b)
    assert_allclose(module.spmv_transposed(indptr, indices, data, b), dense.T @ b)
    x = np.zeros(5)
    module.sor(indptr, indices, data, diagonal, b, x, omega, 400)
    assert_allclose((dense + np.diag(diagonal)) @ x, b, atol=1e-8)


def test_finite_elements():
    module, (nodes, triangles, conductivity, source, _) = program("triangle_elements")
    K, f = module.assemble(nodes, triangles, conductivity, source)
    assert_allclose(K, K.T)
    assert_allclose(K.sum(axis=1), 0, atol=1e-12)
    p = nodes[triangles]
    d, e = p[:, 1] - p[:, 0], p[:, 2] - p[:, 0]
    areas = (d[:, 0] * e[:, 1] - d[:, 1] * e[:, 0]) / 2
    assert f.sum() == pytest.approx(np.sum(areas * source[triangles].mean(axis=1)))
    assert module.node_areas(nodes, triangles).sum() == pytest.approx(areas.sum())


def test_gaussian_process():
    module, (X, y, length_scale, signal, noise) = program("gaussian_process")
    r = (X[:, None] - X[None]) / length_scale
    K = signal**2 * np.exp(-np.sum(r**2, axis=2) / 2) + noise**2 * np.eye(len(y))
    expected = scipy.stats.multivariate_normal.logpdf(y, np.zeros(len(y)), K)
    assert module.log_likelihood(X, y, length_scale, signal, noise) == pytest.approx(expected)


def test_k_means():
    module, (points, centres, _) = program("k_means")
    distance = np.sum((points[:, None] - centres[None]) ** 2, axis=2)
    assert module.objective(points, centres) == pytest.approx(distance.min(axis=1).mean())
    assert module.objective(points, module.lloyd(points, centres, 5)) < module.objective(points, centres)


def test_kernel_density():
    module, (grid, data, h) = program("kernel_density")
    expected = scipy.stats.gaussian_kde(data, bw_method=h / data.std(ddof=1))
    assert_allclose(module.density(grid, data, h), expected(grid))


def test_splines_and_interpolation():
    module, (x, y, t) = program("spline_interpolation")
    expected = scipy.interpolate.CubicSpline(x, y, bc_type="natural")
    assert_allclose(module.evaluate(x, y, module.spline_moments(x, y), t), expected(t))
    module, (x, y, t) = program("divided_differences")
    c = module.newton_coefficients(x, y)
    assert_allclose(module.evaluate(x, c, t), scipy.interpolate.barycentric_interpolate(x, y, t))
    assert_allclose(np.polyval(module.power_coefficients(x, c)[::-1], t), module.evaluate(x, c, t))


def test_quadrature():
    module, _ = program("quadrature")
    x = np.linspace(0, 2, 41)
    y = np.exp(-x)
    assert module.simpson(y, 0.05) == pytest.approx(scipy.integrate.simpson(y, x=x))
    assert_allclose(module.cumulative_trapezoid(y, x), scipy.integrate.cumulative_trapezoid(y, x, initial=0))
    assert module.romberg(lambda t: np.exp(-t), 0.0, 2.0, 6) == pytest.approx(1 - np.exp(-2), rel=1e-10)


def test_bundle_adjustment_rotates():
    module, (cams, X, w, obs, feats) = program("bundle_adjustment")
    rot = cams[0, :3]
    assert_allclose(module.rodrigues_rotate_point(rot, X[0]), Rotation.from_rotvec(rot).apply(X[0]))
    reproj_err, _ = module.residuals(cams, X, w, obs, feats)
    assert_allclose(reproj_err[:2], w[0] * (module.project(cams[0], X[0]) - feats[0]))


def test_populations_come_to_rest():
    module, (pop, growth, _, _, _) = program("masked_population")
    assert_allclose(module.leaky(np.array([-1.0, 2.0])), [-0.1, 2.0])
    before = pop.copy()
    module.season(pop, growth, 0.0, 0.0)
    middle = (pop <= 1.1) & (pop >= 0.4)
    assert_allclose(pop, before * np.exp(growth * (1 - before)) * np.where(middle, 0.98, 1.0))


def test_krylov_and_exponential():
    module, (A, b, _) = program("gmres")
    x, residual = module.gmres(A, b, 3)
    assert np.linalg.norm(A @ x - b) == pytest.approx(residual)
    assert_allclose(module.gmres(A, b, 5)[0], np.linalg.solve(A, b))
    module, (rates, _, dt, _) = program("matrix_exponential")
    P = module.expm(dt * module.generator(rates))
    assert_allclose(P, scipy.linalg.expm(dt * module.generator(rates)), rtol=1e-9)
    assert_allclose(P.sum(axis=1), 1)


def test_stockham(rng):
    module, _ = program("stockham_fft")
    x = rng.normal(size=16) + 1j * rng.normal(size=16)
    assert_allclose(module.stockham(x), np.fft.fft(x))


def test_bezier_halves_are_the_curve():
    module, (points, t, _) = program("de_casteljau")
    left, right = module.split(points, t)
    assert_allclose(left[-1], right[0])
    weights = [math.comb(4, k) * t**k * (1 - t) ** (4 - k) for k in range(5)]
    assert_allclose(left[-1], weights @ points)
    assert_allclose((left[0], right[-1]), (points[0], points[-1]))


def test_transport_plan_has_its_marginals():
    module, (x, y, p, q, eps) = program("sinkhorn")
    p, q = p / p.sum(), q / q.sum()
    C = np.sum((x[:, None] - y[None]) ** 2, axis=2)
    P = module.sinkhorn(C, p, q, eps)
    assert_allclose(P.sum(axis=1), p)
    assert_allclose(P.sum(axis=0), q)


def test_mixture_gains_likelihood():
    module, (x, weights, means, sigmas, _) = program("gaussian_mixture", 20)
    resp, history = np.empty((len(x), 2)), []
    for _ in range(20):
        history.append(module.e_step(x, weights, means, sigmas, resp))
        module.m_step(x, weights, means, sigmas, resp)
    assert history[-1] > history[0]
    assert_allclose(resp.sum(axis=1), 1)
    assert np.ptp(means) == pytest.approx(3, abs=0.6)


def test_truss_is_in_equilibrium():
    module, (nodes, bars, EA, loads, free) = program("truss")
    u, lengths = module.solve_truss(nodes, bars, EA, loads, free)
    force = np.zeros_like(nodes)
    for (i, j), ea, length in zip(bars, EA, lengths):
        direction = (nodes[j] - nodes[i]) / length
        pull = ea / length * (direction @ (u.reshape(-1, 2)[j] - u.reshape(-1, 2)[i])) * direction
        force[i] -= pull
        force[j] += pull
    assert_allclose(force.ravel()[free], loads[free], atol=1e-10)


def test_arm_moves_as_its_jacobian_says():
    module, (theta, d, a, alpha, _) = program("robot_arm")
    J = module.jacobian(module.kinematics(theta, d, a, alpha))
    step = np.eye(5)[1] * 1e-6
    up, down = (module.kinematics(theta + s * step, d, a, alpha)[-1, :3, 3] for s in (1, -1))
    assert_allclose(J[:3, 1], (up - down) / 2e-6, atol=1e-8)


def test_lorenz_96():
    module, (x, F, *_) = program("lorenz_96")
    dx, energy = np.empty_like(x), np.sum(x**2)
    module.tendency(x, F, dx)
    # the quadratic terms keep the energy
    assert x @ dx == pytest.approx(F * x.sum() - energy)


def test_films():
    module, _ = program("thin_film")
    n, lam = 1.38, np.array([550.0])
    assert module.reflectance([], [], lam, 1.52)[0] == pytest.approx((0.52 / 2.52) ** 2)
    quarter = module.reflectance([n], [550 / (4 * n)], lam, 1.52)[0]
    assert quarter == pytest.approx(((1.52 - n**2) / (1.52 + n**2)) ** 2)


def test_cached_attention_is_causal_attention():
    module, (tokens, embedding, positions, Wq, Wk, Wv, Wo) = program("key_value_cache")
    x = embedding[tokens] + positions
    keys, values = np.empty((2, len(x), 3))
    rows = [module.step(row, t, keys, values, Wq, Wk, Wv, Wo) for t, row in enumerate(x)]
    scores = (x @ Wq) @ (x @ Wk).T / math.sqrt(3)
    scores[np.triu_indices(len(x), 1)] = -np.inf
    assert_allclose(rows, x + scipy.special.softmax(scores, axis=1) @ (x @ Wv) @ Wo)


def test_rings_and_histogram():
    module, (data, radius, _, width) = program("azimuthal_integration")
    assert_allclose(module.azimuthal_mean(np.full_like(data, 2.5), radius, 2), 2.5)
    assert module.soft_histogram(data, np.linspace(-1, 1, 4), width).sum() == pytest.approx(data.size)


def test_adam_lowers_the_loss():
    module, (X, y, w, b, rate, beta1, beta2, _) = program("adam_training", 20)
    losses = [module.loss(X, y, w, b, rate, beta1, beta2, steps) for steps in (0, 20, 100)]
    assert losses == sorted(losses, reverse=True)


def test_bilateral_filter_keeps_flat_parts_and_edges():
    module, _ = program("bilateral_filter")
    image = np.zeros((6, 6))
    image[:, 3:] = 1.0
    assert_allclose(module.bilateral(image, 1, 1.0, 0.1), image, atol=1e-10)


def test_waves_arrive_in_time():
    module, _ = program("seismic_inversion")
    dt, dx = 0.05, 0.1
    record = module.model(np.ones(200), module.ricker(200, dt, 1.0), 60, np.array([80, 120]), dt, dx)
    near, far = np.argmax(np.abs(record), axis=0)
    assert (far - near) * dt == pytest.approx(4.0, abs=0.2)


def test_resampling_copies_heavy_particles():
    module, _ = program("particle_filter")
    w = np.array([0.5, 0.0, 0.25, 0.25])
    assert list(module.resample(w, 50)) == [0, 0, 2, 3]


def test_neuron_rests_and_fires():
    module, (V0, conductances, _, _, _) = program("hodgkin_huxley")
    assert np.ptp(module.simulate(-65.0, conductances, np.zeros(2000), 0.01)[:, 0]) < 1
    assert module.simulate(V0, conductances, np.full(2000, 15.0), 0.01)[:, 0].max() > 20


def test_forward_rates_without_volatility_stay():
    module, (L0, lam, normals, *_) = program("libor_market_model")
    L = L0.copy()
    module.evolve(L, 0 * lam, normals[0], 0.25)
    assert_allclose(L, L0)
