"""A loop over the constraints, each changing two rows."""

import torch

SCALAR_LOOPS = True


def project(pos, inv_mass, edges, rest, stiffness):
    rows = list(pos.unbind())
    for _ in range(3):
        for (i, j), length in zip(edges, rest.unbind(), strict=True):
            d = rows[j] - rows[i]
            now = torch.linalg.norm(d)
            correction = stiffness / (inv_mass[i] + inv_mass[j]) * (now - length) * d / now
            rows[i] = rows[i] + inv_mass[i] * correction
            rows[j] = rows[j] - inv_mass[j] * correction
    return torch.stack(rows)


def loss(pos, vel, masses, edges, rest, stiffness, gravity, dt, steps):
    inv_mass = torch.cat([torch.zeros(1), 1.0 / masses[1:]])
    pinned = (inv_mass == 0)[:, None]
    pairs = [tuple(edge) for edge in edges.tolist()]
    down = torch.tensor([0.0, 1.0, 0.0])[: pos.shape[1]]
    for _ in range(steps):
        vel = torch.where(pinned, 0.0, vel - dt * gravity * down)
        previous = pos
        pos = project(pos + dt * vel, inv_mass.unbind(), pairs, rest, stiffness)
        vel = 0.99 * (pos - previous) / dt
    stretch = pos[edges[:, 1]] - pos[edges[:, 0]]
    force = torch.zeros_like(pos).index_add(0, edges[:, 0], stretch).index_add(0, edges[:, 1], -stretch)
    return torch.mean(pos**2) + 0.1 * torch.mean(vel**2) + 0.1 * torch.sum(force**2)
