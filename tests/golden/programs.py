"""Ten small programs, as users write them; the files beside this one are their derivatives as s2s writes them."""

import numpy as np


def mlp_loss(w, b, v, x, y):
    h = np.tanh(x @ w + b)  # hidden layer
    r = h @ v - y
    return np.mean(r**2)


def spring_energy(x, k, rest):
    e = 0.0
    for i in range(len(x) - 1):
        d = x[i + 1] - x[i]
        if d > rest:  # slack springs pull only
            e += 0.5 * k * (d - rest) ** 2
    return e


def time_to_cool(t, ambient, rate):
    # explicit Euler steps until the cup can be drunk from
    elapsed = 0.0
    while t > ambient + 20.0:
        dt = 1.0 / rate / 8.0
        t -= dt * rate * (t - ambient)
        elapsed += dt * np.sqrt(t)
    return elapsed


def path_length(angles, step):
    # the way of a walker that turns before each step
    points = [np.zeros(2)]
    heading = 0.0
    for a in angles:
        heading = heading + a
        points.append(points[-1] + step * np.array([np.cos(heading), np.sin(heading)]))
    return np.sum(points[-1] ** 2)


def normal_log_density(x, mu, sigma):
    z = (x - mu) / sigma
    return -0.5 * z**2 - np.log(sigma) - 0.5 * np.log(2.0 * np.pi)


def softplus(x):
    return np.logaddexp(0.0, x)


def negative_log_likelihood(x, mu, raw_sigma):
    # sigma is kept positive
    return -np.sum(normal_log_density(x, mu, softplus(raw_sigma)))


def huber(r, delta):
    a = abs(r)
    if a <= delta:
        return 0.5 * r**2
    return delta * (a - 0.5 * delta)


def lennard_jones(x):
    energy = 0.0
    for i in range(len(x)):
        for j in range(i):
            d = x[i] - x[j]
            s6 = 1.0 / np.sum(d**2) ** 3
            energy += 4.0 * (s6**2 - s6)
    return energy


def recurrent(w, u, xs):
    h = np.zeros(w.shape[0])
    for x in xs:  # one row per step
        h = np.tanh(w @ h + u @ x)
    return np.sum(h**2)


def ridge(params, x, y, strength):
    predicted = x @ params["weights"] + params["bias"]
    return np.mean((predicted - y) ** 2) + strength * np.sum(params["weights"] ** 2)


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / np.sum(e)
