"""All points of all rules at once: a cumulative sum for the trapezoids, strided slices of one table of values for Romberg's."""

import torch


def simpson(y, h):
    return (y[0] + y[-1] + 4.0 * torch.sum(y[1:-1:2]) + 2.0 * torch.sum(y[2:-1:2])) * h / 3.0


def romberg(f, a, b, levels):
    panels = 2 ** (levels - 1)
    y = f(a + (b - a) * torch.arange(panels + 1) / panels)
    column = []
    for k in range(levels):
        part = y[:: panels // 2**k]
        column.append((b - a) / 2**k * (torch.sum(part) - 0.5 * (part[0] + part[-1])))
    row = torch.stack(column)
    for j in range(1, levels):
        row = row[1:] + (row[1:] - row[:-1]) / (4**j - 1)
    return row[-1]


def loss(a, b, rate, frequency, panels, levels):
    def damped(t):
        return torch.exp(-rate * t) * torch.cos(frequency * t)

    x = torch.linspace(0.0, 1.0, 2 * panels + 1) * (b - a) + a
    y = damped(x)
    sums = torch.cumsum(0.5 * (y[1:] + y[:-1]) * torch.diff(x), 0)
    return simpson(y, (b - a) / (2 * panels)) * romberg(damped, a, b, levels) + torch.sum(sums**2) / len(x)
