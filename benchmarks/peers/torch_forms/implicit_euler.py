"""A loop over time steps; Newton runs without derivative, one differentiated step follows it."""

import torch


def rates(y, k):
    first = -k[0] * y[0] + k[1] * y[1] * y[2]
    last = k[2] * y[1] ** 2
    return torch.stack([first, -first - last, last])


@torch.no_grad()
def jacobian(y, k):
    zero = torch.zeros_like(y[0])
    first = torch.stack([-k[0], k[1] * y[2], k[1] * y[1]])
    last = torch.stack([zero, 2 * k[2] * y[1], zero])
    return torch.stack([first, -first - last, last])


def newton(y, old, k, dt):
    residual = y - old - dt * rates(y, k)
    return y - torch.linalg.solve(torch.eye(3) - dt.detach() * jacobian(y, k), residual)


@torch.no_grad()
def converged(old, k, dt, tol=1e-13, max_iter=50):
    y = old
    for _ in range(max_iter):
        if float(torch.max(torch.abs(y - old - dt * rates(y, k)))) <= tol:
            break
        y = newton(y, old, k, dt)
    return y


def loss(y0, k, dt, steps):
    history = [y0]
    for _ in range(steps):
        history.append(newton(converged(history[-1], k, dt), history[-1], k, dt))
    return torch.sum(torch.tensor([1.0, 5.0, 2.0]) * torch.stack(history) ** 2) / steps
