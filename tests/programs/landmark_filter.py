"""A robot that finds its way by landmarks: an extended Kalman filter, angles wrapped in place, covariances updated."""

import numpy as np


def moved(x, P, v, w, dt, Q):
    theta = x[2]
    x = x + dt * np.array([v * np.cos(theta), v * np.sin(theta), w])
    F = np.array([[1, 0, -v * dt * np.sin(theta)], [0, 1, v * dt * np.cos(theta)], [0, 0, 1]])
    return x, F @ P @ F.T + Q


def measured(x, landmark):
    d = landmark - x[:2]
    q = d @ d
    r = np.sqrt(q)
    z = np.array([r, np.arctan2(d[1], d[0]) - x[2]])
    H = np.array([[-d[0] / r, -d[1] / r, 0.0], [d[1] / q, -d[0] / q, -1.0]])
    return z, H


def loss(x, landmarks, z, v, w, noise):
    P = 0.1 * np.eye(3)
    Q = np.diag(noise[:3] ** 2)
    R = np.diag(noise[3:] ** 2)
    nll = 0.0
    for seen in z:
        x, P = moved(x, P, v, w, 0.2, Q)
        for landmark, measurement in zip(landmarks, seen):
            expected, H = measured(x, landmark)
            S = H @ P @ H.T + R
            K = P @ H.T @ np.linalg.inv(S)
            y = measurement - expected
            y[1] = (y[1] + np.pi) % (2 * np.pi) - np.pi
            nll += 0.5 * y @ np.linalg.solve(S, y) + 0.5 * np.linalg.slogdet(S)[1]
            x = x + K @ y
            P = (np.eye(3) - K @ H) @ P
    return nll + np.trace(P) + x @ x


def arguments(rng, n):
    landmarks = np.array([[2.0, 2.5], [3.5, -0.5]])
    z = np.array([[2.5, 0.8], [3.4, -0.4]]) + 0.1 * rng.normal(size=(n, 2, 2))
    return np.array([0.1, 0.2, 0.3]), landmarks, z, 0.5, 0.1, np.array([0.1, 0.1, 0.05, 0.3, 0.2])
