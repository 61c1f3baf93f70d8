"""A pressure sweep is a loop over rows, each a product with a triangular matrix; every sweep is recorded."""

import torch
from torch.nn.functional import pad

OMEGA, TOLERANCE = 1.5, 1e-12
SHARE = 0.25 * OMEGA


def walls(f, top):
    inner = pad(f[1:-1, 1:-1], (1, 1, 1, 0))
    last = pad(top.expand(1, f.shape[1] - 2), (1, 1))
    return torch.cat([inner, last])


def momentum(f, u, v, dt, h, nu):
    advection = u[1:-1, 1:-1] * (f[1:-1, 2:] - f[1:-1, :-2]) + v[1:-1, 1:-1] * (f[2:, 1:-1] - f[:-2, 1:-1])
    diffusion = f[1:-1, 2:] + f[1:-1, :-2] + f[2:, 1:-1] + f[:-2, 1:-1] - 4.0 * f[1:-1, 1:-1]
    return f + pad(-0.5 * dt / h * advection + nu * dt / h**2 * diffusion, (1, 1, 1, 1))


def sweep(p, source, handed):
    """Successive over-relaxation; the walls have zero normal gradient, the first cell is held."""
    old = p[1:-1, 1:-1]
    known = (1 - OMEGA) * old + OMEGA * (0.25 * (p[1:-1, 2:] + p[2:, 1:-1]) - source)
    known = torch.cat([known[:, :1] + SHARE * p[1:-1, :1], known[:, 1:]], dim=1)
    above, rows = p[0, 1:-1], []
    for row in known:
        above = handed @ (row + SHARE * above)
        rows.append(above)
    rows = torch.stack(rows)
    change = float(torch.max(torch.abs((rows - old).detach()))) / OMEGA
    inner = torch.cat([rows[:, :1], rows, rows[:, -1:]], dim=1)
    return torch.cat([inner[:1], inner, torch.zeros_like(inner[:1])]), change


def loss(u, v, lid, nu, nt, dt, h):
    p, zero = torch.zeros(u.shape), torch.zeros(())
    k = torch.arange(u.shape[1] - 2)
    # what a cell hands on to those to its right
    handed = torch.tril(SHARE ** torch.abs(k[:, None] - k))
    for _ in range(nt):
        u, v = walls(u, lid), walls(v, zero)
        us, vs = momentum(u, u, v, dt, h, nu), momentum(v, u, v, dt, h, nu)
        divergence = (us[1:-1, 2:] - us[1:-1, :-2] + vs[2:, 1:-1] - vs[:-2, 1:-1]) / (2.0 * h)
        change = 1.0
        while change > TOLERANCE:
            p, change = sweep(p, 0.25 * h * h / dt * divergence, handed)
        new_u = us[1:-1, 1:-1] - 0.5 * dt / h * (p[1:-1, 2:] - p[1:-1, :-2])
        new_v = vs[1:-1, 1:-1] - 0.5 * dt / h * (p[2:, 1:-1] - p[:-2, 1:-1])
        u = u + pad(new_u - u[1:-1, 1:-1], (1, 1, 1, 1))
        v = v + pad(new_v - v[1:-1, 1:-1], (1, 1, 1, 1))
    return torch.sum(u**2) + torch.sum(torch.sin(v)) + torch.sum(p**2)
