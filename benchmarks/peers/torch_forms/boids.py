"""All pairs at once; roots and quotients are guarded by `where` on both sides."""

import torch


def norms(v):
    """The norm of each row, with a slope of 0 where it is 0."""
    square = torch.sum(v * v, dim=1, keepdim=True)
    return torch.where(square > 0, torch.sqrt(torch.where(square > 0, square, 1.0)), 0.0)


def limited(v, most):
    norm = norms(v)
    return v * torch.clamp(norm, max=most) / norm


def steered(target, velocity, speed):
    norm = norms(target)
    target = torch.where(norm != 0, target / torch.where(norm != 0, norm, 1.0), 0.0)
    return limited(speed * target - velocity, 0.3)


def loss(position, velocity, speed, weights):
    for _ in range(3):
        apart = position[:, None, :] - position[None, :, :]
        square = torch.sum(apart**2, dim=2)
        near = (square > 0) & (square < 9.0)
        far = ((square > 0) & (square < 36.0)).to(position.dtype)
        near_count = near.sum(1, keepdim=True).clamp(min=1)
        far_count = far.sum(1, keepdim=True).clamp(min=1)
        alignment = steered(far @ velocity / far_count, velocity, speed)
        cohesion = steered(far @ position / far_count - position, velocity, speed)
        inverse = torch.where(near, 1.0 / torch.where(near, square, 1.0), 0.0)
        repulsion = torch.sum(apart * inverse[:, :, None], dim=1)
        separation = steered(repulsion / near_count, velocity, speed)
        velocity = velocity + 0.2 * (weights[0] * separation + weights[1] * alignment + weights[2] * cohesion)
        position = position + velocity
    return torch.sum(position**2) + torch.sum(velocity**2)
