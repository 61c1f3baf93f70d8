"""The grid as four arrays (even or odd row, even or odd column), so that a colour is updated as a whole.

As in the program, the sides are odd.
"""

import torch


def split(x):
    return x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]


def relaxed(centre, vertical, horizontal, f, omega):
    """`vertical` and `horizontal` have one entry more than `centre` along their axis."""
    around = vertical[:-1] + vertical[1:] + horizontal[:, :-1] + horizontal[:, 1:]
    return centre + omega * (0.25 * (around - f) - centre)


def between_columns(x, inner):
    return torch.cat([x[:, :1], inner, x[:, -1:]], dim=1)


def between_rows(x, inner):
    return torch.cat([x[:1], inner, x[-1:]])


def loss(u, f, omega, sweeps):
    f_ee, f_eo, f_oe, f_oo = split(f)
    ee, eo, oe, oo = split(u)
    for _ in range(sweeps):
        oo = relaxed(oo, eo, oe, f_oo, omega)
        inner = relaxed(ee[1:-1, 1:-1], oe[:, 1:-1], eo[1:-1], f_ee[1:-1, 1:-1], omega)
        ee = between_rows(ee, between_columns(ee[1:-1], inner))
        oe = between_columns(oe, relaxed(oe[:, 1:-1], ee[:, 1:-1], oo, f_oe[:, 1:-1], omega))
        eo = between_rows(eo, relaxed(eo[1:-1], oo, ee[1:-1], f_eo[1:-1], omega))
    return sum(torch.sum(part**2) + torch.sum(torch.sin(part)) for part in (ee, eo, oe, oo))
