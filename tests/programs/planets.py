"""Planets as objects with a position and a velocity that change in place, and a system that moves them."""

import numpy as np


class Planet:
    def __init__(self, mass, position, velocity):
        self.mass = mass
        self.position = np.array(position)
        self.velocity = np.array(velocity)

    def kinetic(self):
        return 0.5 * self.mass * np.dot(self.velocity, self.velocity)


class System:
    G = 1.0

    def __init__(self, planets):
        self.planets = planets

    def forces(self):
        F = [np.zeros(3) for _ in self.planets]
        for i, a in enumerate(self.planets):
            for j, b in enumerate(self.planets):
                if i == j:
                    continue
                r = b.position - a.position
                F[i] += self.G * a.mass * b.mass * r / np.linalg.norm(r) ** 3
        return F

    def step(self, dt):
        for planet, force in zip(self.planets, self.forces()):
            planet.velocity += force / planet.mass * dt
            planet.position += planet.velocity * dt

    def energy(self):
        e = sum(planet.kinetic() for planet in self.planets)
        for i in range(len(self.planets)):
            for j in range(i + 1, len(self.planets)):
                r = np.linalg.norm(self.planets[i].position - self.planets[j].position)
                e -= self.G * self.planets[i].mass * self.planets[j].mass / r
        return e


def loss(mass, positions, velocities, dt, steps):
    a = Planet(mass[0], positions[0], velocities[0])
    b = Planet(mass[1], positions[1], velocities[1])
    c = Planet(mass[2], positions[2], velocities[2])
    system = System([a, b, c])
    for _ in range(steps):
        system.step(dt)
    return system.energy() + 0.1 * sum(planet.position @ planet.position for planet in system.planets)


def arguments(rng, n):
    positions = np.array([[0.0, 0, 0], [1.5, 0.2, 0], [-0.5, 1.8, 0.4]]) + 0.1 * rng.normal(size=(3, 3))
    return np.array([1.0, 0.2, 0.3]), positions, 0.4 * rng.normal(size=(3, 3)), 0.02, n
