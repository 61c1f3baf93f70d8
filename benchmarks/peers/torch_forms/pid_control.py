"""A loop over steps whose state is four numbers."""

import torch

SCALAR_LOOPS = True
LOW, HIGH = -1.5, 1.5


def loss(kp, ki, kd, inertia, friction, targets, dt):
    integral = previous = angle = speed = torch.zeros(())
    cost = 0.0
    for target in targets.repeat_interleave(5):
        error = target - angle
        summed = integral + error * dt
        wanted = kp * error + ki * summed + kd * (error - previous) / dt
        limited = bool((wanted > HIGH) | (wanted < LOW))
        integral = summed - error * dt if limited else summed
        torque = torch.clamp(wanted, LOW, HIGH)
        speed = speed + (torque - friction * speed) / inertia * dt
        angle = angle + speed * dt
        previous = error
        cost = cost + (target - angle) ** 2 * dt + 0.01 * torque**2
    return cost + 0.1 * speed**2
