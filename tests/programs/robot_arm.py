"""Forward kinematics and the geometric Jacobian of a robot arm: 4x4 transforms with blocks stored, frames kept."""

import numpy as np


def link(theta, d, a, alpha):
    """Denavit and Hartenberg's transform."""
    T = np.eye(4)
    ct, st = np.cos(theta), np.sin(theta)
    ca, sa = np.cos(alpha), np.sin(alpha)
    T[0, :] = [ct, -st * ca, st * sa, a * ct]
    T[1, :] = [st, ct * ca, -ct * sa, a * st]
    T[2, 1:] = [sa, ca, d]
    return T


def kinematics(theta, d, a, alpha):
    n = len(theta)
    frames = np.zeros((n + 1, 4, 4))
    frames[0] = np.eye(4)
    for i in range(n):
        frames[i + 1] = frames[i] @ link(theta[i], d[i], a[i], alpha[i])
    return frames


def jacobian(frames):
    n = len(frames) - 1
    J = np.zeros((6, n))
    end = frames[-1, :3, 3]
    for i in range(n):
        z = frames[i, :3, 2]
        r = end - frames[i, :3, 3]
        J[:3, i] = z[1] * r[2] - z[2] * r[1], z[2] * r[0] - z[0] * r[2], z[0] * r[1] - z[1] * r[0]
        J[3:, i] = z
    return J


def loss(theta, d, a, alpha, target):
    frames = kinematics(theta, d, a, alpha)
    J = jacobian(frames)
    reach = frames[-1, :3, 3] - target
    step = J[:3].T @ np.linalg.solve(J[:3] @ J[:3].T + 0.1 * np.eye(3), reach)
    return reach @ reach + 0.1 * np.sum(step**2) + 0.01 * np.sum(J[3:] ** 2 * np.arange(1, 4)[:, None])


def arguments(rng, n):
    theta, alpha = rng.uniform(-1, 1, size=(2, n))
    return theta, rng.uniform(0.1, 0.4, n), rng.uniform(0.2, 0.5, n), alpha, rng.normal(size=3)
