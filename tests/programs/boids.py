"""A flock: alignment, cohesion and separation of all pairs, by masks and divisions that leave zeros out."""

import numpy as np


def limited(v, most):
    norm = np.sqrt((v * v).sum(axis=1)).reshape(len(v), 1)
    return v * np.minimum(norm, most) / norm


def steered(target, velocity, speed):
    norm = np.sqrt((target * target).sum(axis=1)).reshape(len(target), 1)
    target = np.divide(target, norm, out=np.zeros_like(target), where=norm != 0)
    return limited(speed * target - velocity, 0.3)


def loss(position, velocity, speed, weights):
    n = len(position)
    for _ in range(3):
        dx = np.subtract.outer(position[:, 0], position[:, 0])
        dy = np.subtract.outer(position[:, 1], position[:, 1])
        distance = np.hypot(dx, dy)
        apart = distance > 0
        near = apart & (distance < 3.0)
        far = apart & (distance < 6.0)
        near_count = np.maximum(near.sum(axis=1), 1).reshape(n, 1)
        far_count = np.maximum(far.sum(axis=1), 1).reshape(n, 1)
        alignment = steered(far @ velocity / far_count, velocity, speed)
        cohesion = steered(far @ position / far_count - position, velocity, speed)
        repulsion = np.dstack((dx, dy))
        square = distance.reshape(n, n, 1) ** 2
        np.divide(repulsion, square, out=repulsion, where=square != 0)
        separation = steered((repulsion * near.reshape(n, n, 1)).sum(axis=1) / near_count, velocity, speed)
        velocity = velocity + 0.2 * (weights[0] * separation + weights[1] * alignment + weights[2] * cohesion)
        position = position + velocity
    return np.sum(position**2) + np.sum(velocity**2)


def arguments(rng, n):
    return 4.0 * rng.random((n + 1, 2)), rng.normal(size=(n + 1, 2)), 1.2, np.array([1.5, 1.0, 0.8])
