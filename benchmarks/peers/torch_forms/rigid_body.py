"""A loop over steps; the state is a quaternion and a vector."""

import torch

SCALAR_LOOPS = True


def loss(q0, omega0, inertia, antenna, dt, steps):
    q, omega, track = q0 / torch.linalg.norm(q0), omega0, []
    shares = (torch.roll(inertia, -1) - torch.roll(inertia, -2)) / inertia
    for _ in range(steps):
        vector = q[1:]
        change = torch.cat([-(vector @ omega)[None], q[0] * omega + torch.linalg.cross(vector, omega)])
        q = q + 0.5 * dt * change
        q = q / torch.linalg.norm(q)
        omega = omega + dt * shares * torch.roll(omega, -1) * torch.roll(omega, -2)
        track.append(q)
    w, x, y, z = torch.stack(track).T
    a, b, c = antenna
    first = (1 - 2 * (y * y + z * z)) * a + 2 * (x * y - w * z) * b + 2 * (x * z + w * y) * c
    last = 2 * (x * z - w * y) * a + 2 * (y * z + w * x) * b + (1 - 2 * (x * x + y * y)) * c
    return torch.sum(last**2) + 0.5 * torch.sum(inertia * omega**2) + torch.mean(first)
