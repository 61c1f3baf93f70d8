"""A Kalman filter that returns its log-likelihood; estimates and covariances of all times kept in arrays."""

import numpy as np


def kalman_filter(z, F, H, Q, R, x0, P0):
    T = z.shape[0]
    n = x0.shape[0]
    x_hat = np.zeros((T, n))
    P_hat = np.zeros((T, n, n))
    log_likelihood = 0.0
    x, P = x0, P0
    for t in range(T):
        # predict
        x = F @ x
        P = F @ P @ F.T + Q
        # update
        innovation = z[t] - H @ x
        S = H @ P @ H.T + R
        K = P @ H.T @ np.linalg.inv(S)
        x = x + K @ innovation
        P = (np.eye(n) - K @ H) @ P
        x_hat[t] = x
        P_hat[t, :, :] = P
        log_likelihood -= 0.5 * (innovation @ np.linalg.solve(S, innovation) + np.log(np.linalg.det(2 * np.pi * S)))
    return x_hat, P_hat, log_likelihood


def loss(z, F, H, Q, R, x0, P0):
    x_hat, P_hat, log_likelihood = kalman_filter(z, F, H, Q, R, x0, P0)
    spread = 0.0
    for t in range(len(P_hat)):
        spread += np.trace(P_hat[t])
    return -log_likelihood + 0.1 * spread + np.mean(x_hat**2)


def arguments(rng, n):
    T, d = n, 3
    F = np.array([[1.0, 0.1, 0.005], [0.0, 1.0, 0.1], [0.0, -0.1, 0.9]])
    H = np.array([[1.0, 0.0, 0.2], [0.0, 1.0, 0.1]])
    half = 0.3 * rng.normal(size=(d, d))
    Q = half @ half.T + 0.1 * np.eye(d)
    R = np.array([[0.5, 0.1], [0.1, 0.4]])
    return rng.normal(size=(T, 2)), F, H, Q, R, rng.normal(size=d), np.eye(d)
