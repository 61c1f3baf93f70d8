"""A loop over the time steps, on whole arrays."""

import torch


def neighbours(A):
    return (
        A[2:, 1:-1, 1:-1] + A[:-2, 1:-1, 1:-1]
        + A[1:-1, 2:, 1:-1] + A[1:-1, :-2, 1:-1]
        + A[1:-1, 1:-1, 2:] + A[1:-1, 1:-1, :-2]
    )  # fmt: skip


def sweep(A, B):
    B = B.clone()
    B[1:-1, 1:-1, 1:-1] = 0.125 * neighbours(A) + 0.25 * A[1:-1, 1:-1, 1:-1]
    return B


def loss(tsteps, A, B):
    for _ in range(tsteps):
        B = sweep(A, B)
        A = sweep(B, A)
    return torch.sum(torch.sin(A)) + torch.sum(B**2)
