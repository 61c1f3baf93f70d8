"""A loop over steps whose state is two numbers."""

import torch

SCALAR_LOOPS = True


def loss(y0, t, params, observed):
    damping, drive, omega = params

    def f(t, angle, speed):
        return speed, -torch.sin(angle) - damping * speed + drive * torch.cos(omega * t)

    angle, speed = y0
    angles = [angle]
    for now, h in zip(t[:-1], torch.diff(t), strict=True):
        a1, s1 = f(now, angle, speed)
        a2, s2 = f(now + h / 2, angle + h / 2 * a1, speed + h / 2 * s1)
        a3, s3 = f(now + h / 2, angle + h / 2 * a2, speed + h / 2 * s2)
        a4, s4 = f(now + h, angle + h * a3, speed + h * s3)
        angle, speed = angle + h / 6 * (a1 + 2 * a2 + 2 * a3 + a4), speed + h / 6 * (s1 + 2 * s2 + 2 * s3 + s4)
        angles.append(angle)
    return torch.sum((torch.stack(angles) - observed) ** 2) + 0.1 * speed**2
