"""Tridiagonal systems: PyTorch has no solve for them.

One system, or few, by cyclic reduction: whole arrays, in log2(n) steps.  Many at once by elimination, row by row.
"""

import torch


def shifted(x, by, fill):
    """x[i - by] along the first axis, and `fill` where there is none."""
    size = min(abs(by), len(x))
    outside = torch.full((size, *x.shape[1:]), fill)
    return torch.cat([outside, x[: len(x) - size]]) if by > 0 else torch.cat([x[size:], outside])


def solved(lower, diagonal, upper, right):
    """Systems along the first axis; lower[0] and upper[-1] are not read, and all have the shape of `right`."""
    n = len(diagonal)
    lower, upper = (
        torch.cat([torch.zeros_like(lower[:1]), lower[1:]]),
        torch.cat([upper[:-1], torch.zeros_like(upper[:1])]),
    )
    step = 1
    while step < n:
        # each equation takes those at this distance out of itself
        before = -lower / shifted(diagonal, step, 1.0)
        after = -upper / shifted(diagonal, -step, 1.0)
        right = right + before * shifted(right, step, 0.0) + after * shifted(right, -step, 0.0)
        diagonal = diagonal + before * shifted(upper, step, 0.0) + after * shifted(lower, -step, 0.0)
        lower, upper = before * shifted(lower, step, 0.0), after * shifted(upper, -step, 0.0)
        step *= 2
    return right / diagonal


def thomas(lower, diag, upper, right):
    """Tridiagonal systems along the first axis, for a stack of right sides; lower[0] and upper[-1] are not read."""
    c, d = upper[0] / diag[0], right[0] / diag[0]
    rows = [(c, d)]
    for i in range(1, len(diag)):
        pivot = diag[i] - lower[i] * c
        c, d = upper[i] / pivot, (right[i] - lower[i] * d) / pivot
        rows.append((c, d))
    x = [d]
    for c, d in reversed(rows[:-1]):
        x.append(d - c * x[-1])
    return torch.stack(x[::-1])
