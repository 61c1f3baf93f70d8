"""Straight line: formulas as people write them down, statement after statement."""

import math

import numpy as np

from language.corpus import Program


def pendulum_period(length, amplitude):
    g = 9.81
    k2 = np.sin(amplitude / 2) ** 2
    small_angle = 2 * np.pi * np.sqrt(length / g)
    return small_angle * (1 + k2 / 4 + 9 * k2**2 / 64)


def black_scholes_call(spot, strike, rate, vol, maturity):
    d1 = (math.log(spot / strike) + (rate + vol**2 / 2) * maturity) / (vol * math.sqrt(maturity))
    d2 = d1 - vol * math.sqrt(maturity)
    n1 = 0.5 * (1 + math.erf(d1 / math.sqrt(2)))
    n2 = 0.5 * (1 + math.erf(d2 / math.sqrt(2)))
    return spot * n1 - strike * math.exp(-rate * maturity) * n2


def van_der_waals(n, volume, temperature):
    # nitrogen; L, bar, mol, K
    R = 0.083145
    a, b = 1.370, 0.0387
    p_ideal = n * R * temperature / (volume - n * b)
    attraction = a * n**2 / volume**2
    return p_ideal - attraction


def michaelis_menten(substrate, inhibitor, v_max):
    Km = 0.35
    Ki = 0.9
    apparent_Km = Km * (1.0 + inhibitor / Ki)
    rate = v_max * substrate / (apparent_Km + substrate)
    return rate


def softmax_cross_entropy(logits, one_hot):
    shifted = logits - np.max(logits, axis=1, keepdims=True)
    log_z = np.log(np.sum(np.exp(shifted), axis=1))
    return np.mean(log_z - np.sum(one_hot * shifted, axis=1))


def logistic_loss(w, X, y):
    margin = y * (X @ w)
    return np.mean(np.log1p(np.exp(-margin))) + 0.01 * (w @ w)


def lennard_jones(r, epsilon, sigma):
    s6 = (sigma / r) ** 6
    return 4.0 * epsilon * (s6 * s6 - s6)


def great_circle_km(lat1, lon1, lat2, lon2):
    p1, p2 = np.radians(lat1), np.radians(lat2)
    dp = p2 - p1
    dl = np.radians(lon2 - lon1)
    a = np.sin(dp / 2) ** 2 + np.cos(p1) * np.cos(p2) * np.sin(dl / 2) ** 2
    return 2 * 6371.0 * np.arcsin(np.sqrt(a))


def rbf_kernel(xs, ys, length_scale):
    d2 = (xs[:, None] - ys[None, :]) ** 2
    return np.exp(-0.5 * d2 / length_scale**2)


def price_ratios(prices):
    return prices[:, None] / prices


def standardise(X):
    mu = X.mean(axis=0)
    sd = X.std(axis=0)
    return (X - mu) / sd


def rosenbrock(x):
    return np.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def sharpe_ratio(weights, returns, risk_free):
    portfolio = returns @ weights
    excess = portfolio - risk_free
    return np.sqrt(252) * excess.mean() / excess.std()


def layer_norm(x, gain, bias):
    mean = np.mean(x, axis=-1, keepdims=True)
    var = np.var(x, axis=-1, keepdims=True)
    return gain * (x - mean) / np.sqrt(var + 1e-5) + bias


def tanh_layer(x, w, b):
    z = x @ w + b
    h = np.tanh(z)
    return h


def attention(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[-1])
    scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
    probs = scores / scores.sum(axis=-1, keepdims=True)
    return probs @ v


def polynomial(coefficients, x):
    powers = np.arange(len(coefficients))
    return np.sum(coefficients * x**powers)


def twice_overwritten(a):
    a = np.sin(a) * a
    a = np.cos(a) * a
    a = a * a + a
    return a


def summary(sample):
    mean = sample.mean()
    centred = sample - mean
    return {"mean": mean, "variance": np.mean(centred**2), "n": len(sample), "unit": "m/s"}


def projectile(speed, angle, t):
    x = speed * math.cos(angle) * t
    y = speed * math.sin(angle) * t - 0.5 * 9.81 * t**2
    return x, y


def doubling(x):
    y = x + x
    z = y + y
    return z * x


def mahalanobis(x, mean, cov):
    diff = x - mean
    return np.sqrt(diff @ np.linalg.solve(cov, diff))


X = np.array([[0.5, -1.2, 0.3], [1.1, 0.4, -0.7], [-0.6, 0.9, 1.5], [0.2, -0.1, -1.3]])
Y = np.array([1.0, -1.0, 1.0, -1.0])
RETURNS = np.array([[0.011, -0.004, 0.007], [-0.006, 0.009, 0.002], [0.004, 0.003, -0.008], [0.013, -0.002, 0.001]])

PROGRAMS = [
    Program(pendulum_period, (1.3, 0.8)),
    Program(black_scholes_call, (100.0, 95.0, 0.03, 0.25, 0.75)),
    Program(van_der_waals, (1.5, 24.0, 300.0)),
    Program(michaelis_menten, (0.7, 0.2, 3.1)),
    Program(michaelis_menten, (np.array([0.1, 0.7, 2.4]), 0.2, 3.1), name="dose-curve"),
    Program(softmax_cross_entropy, (X, np.eye(3)[[0, 2, 1, 1]]), wrt=(0,)),
    Program(logistic_loss, (np.array([0.3, -0.2, 0.5]), X, Y), wrt=(0,), name="weights"),
    Program(logistic_loss, (np.array([0.3, -0.2, 0.5]), X, Y), name="all"),
    Program(lennard_jones, (np.array([1.05, 1.2, 1.9]), 0.8, 1.1)),
    Program(great_circle_km, (52.5, 13.4, 48.9, 2.35)),
    Program(rbf_kernel, (np.array([0.1, 0.8, 1.7]), np.array([0.4, 1.1]), 0.6)),
    Program(price_ratios, (np.array([1.2, 0.7, 2.5]),)),
    Program(standardise, (X,)),
    Program(rosenbrock, (np.array([-0.7, 0.9, 1.3, 1.1]),)),
    Program(sharpe_ratio, (np.array([0.5, 0.3, 0.2]), RETURNS, 0.0001), wrt=(0, 2)),
    Program(layer_norm, (X, np.array([1.0, 0.8, 1.3]), np.array([0.1, 0.0, -0.2]))),
    Program(tanh_layer, (X, X[:3].T.copy(), np.array([0.1, -0.3, 0.2]))),
    Program(tanh_layer, (X.astype(np.float32), X[:3].astype(np.float32), np.ones(3, np.float32)), name="float32", order=1),
    Program(attention, (X, X[::-1].copy(), np.array([[1.0, 0.2], [-0.4, 0.7], [0.3, -1.1], [0.8, 0.5]]))),
    Program(polynomial, (np.array([1.0, -0.5, 0.25, 2.0]), 0.7)),
    Program(polynomial, (np.array([3, -1, 2]), 0.7), name="integer-coefficients"),
    Program(twice_overwritten, (1.1,)),
    Program(twice_overwritten, (np.array([[0.3, -0.9], [1.4, 2.2]]),), name="array"),
    Program(summary, (np.array([3.1, 2.4, 5.0, 4.2]),)),
    Program(projectile, (12.0, 0.7, 1.5)),
    Program(doubling, (0.6,)),
    Program(mahalanobis, (np.array([1.0, 0.2]), np.array([0.1, -0.4]), np.array([[2.0, 0.3], [0.3, 1.1]]))),
]
