"""The bonds one after the other, as in the program; an atom is a vector of a list."""

import torch

SCALAR_LOOPS = True


def shake(x, before, inverse, lengths):
    for _ in range(100):
        done = True
        for k in range(len(lengths)):
            r = x[k] - x[k + 1]
            excess = r @ r - lengths[k] ** 2
            if abs(float(excess)) > 1e-13:
                done = False
                old = before[k] - before[k + 1]
                g = excess / (2 * (inverse[k] + inverse[k + 1]) * (r @ old)) * old
                x[k], x[k + 1] = x[k] - g * inverse[k], x[k + 1] + g * inverse[k + 1]
        if done:
            break
    return torch.stack(x)


def loss(x, v, mass, lengths, gravity, dt):
    inverse, down = (1 / mass).unbind(), torch.tensor([0.0, 1.0, 0.0])
    energy = 0.0
    for _ in range(3):
        moved = x + dt * v - 0.5 * gravity * dt**2 * down
        new = shake(list(moved.unbind()), x.unbind(), inverse, lengths.unbind())
        x, v = new, (new - x) / dt
        energy = energy + 0.5 * torch.sum(mass[:, None] * v**2)
    return energy + torch.sum(x**2)
