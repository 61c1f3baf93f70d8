"""A loop over steps whose state is three numbers."""

import torch

SCALAR_LOOPS = True


def loss(x0, y0, z0, sigma, rho, beta, dt, steps):
    x, y, z = x0, y0, z0
    track = [(x, y, z)]
    for _ in range(steps):
        x_dot = sigma * (y - x)
        y_dot = x * (rho - z) - y
        z_dot = x * y - beta * z
        x, y, z = x + dt * x_dot, y + dt * y_dot, z + dt * z_dot
        track.append((x, y, z))
    xs, ys, zs = (torch.stack(values) for values in zip(*track, strict=True))
    return torch.mean(xs**2 + ys**2) + 0.1 * torch.mean(zs) + x * y / (1.0 + z**2)
