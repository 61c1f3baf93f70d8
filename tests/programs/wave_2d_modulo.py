"""Wave equation in two dimensions, three time levels in one array that is indexed modulo 3, with damping at the sides."""

import numpy as np

ANALYTIC = True


def leapfrog(u0, velocity, damping, nt):
    u = np.zeros((3, *u0.shape), dtype=u0.dtype)
    u[0] = u0
    u[1] = u0
    for t in range(1, nt):
        now = u[t % 3]
        old = u[(t - 1) % 3]
        new = u[(t + 1) % 3]
        new[1:-1, 1:-1] = (2.0 - damping) * now[1:-1, 1:-1] - (1.0 - damping) * old[1:-1, 1:-1]
        new[1:-1, 1:-1] += velocity**2 * (now[2:, 1:-1] - 2.0 * now[1:-1, 1:-1] + now[:-2, 1:-1])
        new[1:-1, 1:-1] += velocity**2 * (now[1:-1, 2:] - 2.0 * now[1:-1, 1:-1] + now[1:-1, :-2])
        new[0, :] = new[1, :]
        new[-1, :] = 0.5 * new[-2, :]
    return u


def loss(u0, velocity, damping, nt):
    u = leapfrog(u0, velocity, damping, nt)
    return 0.5 * np.sum(u**2)


def arguments(rng, n):
    return rng.standard_normal((n, n)), 0.5, 0.1, n + 1
