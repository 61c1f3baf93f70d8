"""All links at once, their products by a loop; the Jacobian's columns by one cross product."""

import torch


def links(theta, d, a, alpha):
    """Denavit and Hartenberg's transforms, one a row."""
    ct, st, ca, sa = torch.cos(theta), torch.sin(theta), torch.cos(alpha), torch.sin(alpha)
    zero, one = torch.zeros_like(theta), torch.ones_like(theta)
    rows = [ct, -st * ca, st * sa, a * ct, st, ct * ca, -ct * sa, a * st, zero, sa, ca, d, zero, zero, zero, one]
    return torch.stack(rows, dim=-1).reshape(-1, 4, 4)


def loss(theta, d, a, alpha, target):
    frames = [torch.eye(4)]
    for link in links(theta, d, a, alpha):
        frames.append(frames[-1] @ link)
    frames = torch.stack(frames)
    end = frames[-1, :3, 3]
    z = frames[:-1, :3, 2]
    J = torch.linalg.cross(z, end - frames[:-1, :3, 3])
    reach = end - target
    step = J @ torch.linalg.solve(J.T @ J + 0.1 * torch.eye(3), reach)
    return reach @ reach + 0.1 * torch.sum(step**2) + 0.01 * torch.sum(z**2 * torch.arange(1.0, 4))
