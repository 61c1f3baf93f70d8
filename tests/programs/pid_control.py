"""A motor under a PID controller that is an object with a state: integral, last error, limits of what it may ask for."""

from dataclasses import dataclass


@dataclass
class Controller:
    kp: float
    ki: float
    kd: float
    dt: float
    low: float = -1.5
    high: float = 1.5
    integral: float = 0.0
    previous: float = 0.0

    def update(self, error):
        self.integral += error * self.dt
        slope = (error - self.previous) / self.dt
        self.previous = error
        wanted = self.kp * error + self.ki * self.integral + self.kd * slope
        if wanted > self.high or wanted < self.low:
            # no wind-up while it is at a limit
            self.integral -= error * self.dt
        return min(max(wanted, self.low), self.high)


class Motor:
    def __init__(self, inertia, friction):
        self.inertia = inertia
        self.friction = friction
        self.angle = 0.0
        self.speed = 0.0

    def step(self, torque, dt):
        self.speed += (torque - self.friction * self.speed) / self.inertia * dt
        self.angle += self.speed * dt
        return self.angle


def loss(kp, ki, kd, inertia, friction, targets, dt):
    controller = Controller(kp, ki, kd, dt)
    motor = Motor(inertia, friction)
    cost = 0.0
    angle = motor.angle
    for k in range(5 * len(targets)):
        target = targets[k // 5]
        torque = controller.update(target - angle)
        angle = motor.step(torque, dt)
        cost += (target - angle) ** 2 * dt + 0.01 * torque**2
    return cost + 0.1 * motor.speed**2


def arguments(rng, n):
    return 2.0, 0.5, 0.1, 0.8, 0.5, rng.normal(size=n), 0.05
