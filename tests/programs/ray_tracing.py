"""Spheres seen by a camera: the nearest hit among objects, or none; light, and reflections by recursion."""

from dataclasses import dataclass

import numpy as np


@dataclass
class Sphere:
    centre: np.ndarray
    radius: float
    colour: float
    mirror: float = 0.3

    def hit_by(self, origin, direction):
        """The way to the sphere, infinite if it is missed."""
        oc = origin - self.centre
        b = np.dot(direction, oc)
        disc = b * b - np.dot(oc, oc) + self.radius**2
        if disc < 0:
            return np.inf
        t = -b - np.sqrt(disc)
        return t if t > 1e-4 else np.inf


def unit(v):
    return v / np.linalg.norm(v)


def trace(origin, direction, spheres, light, depth=0):
    t, hit = np.inf, None
    for sphere in spheres:
        ti = sphere.hit_by(origin, direction)
        if ti < t:
            t, hit = ti, sphere
    if hit is None:
        return 0.1 + 0.05 * direction[1]
    point = origin + t * direction
    normal = unit(point - hit.centre)
    colour = 0.05 + hit.colour * max(np.dot(normal, unit(light - point)), 0.0)
    if depth < 2:
        reflected = direction - 2 * np.dot(direction, normal) * normal
        colour += hit.mirror * trace(point, unit(reflected), spheres, light, depth + 1)
    return colour


def loss(centres, radii, mirror, light, width):
    spheres = [Sphere(centres[0], radii[0], 0.9), Sphere(centres[1], radii[1], 0.5, mirror=mirror)]
    image = np.zeros((width, width))
    for i, y in enumerate(np.linspace(-0.35, 0.4, width)):
        for j, x in enumerate(np.linspace(-0.3, 0.5, width)):
            image[i, j] = trace(np.zeros(3), unit(np.array([x, y, 1.0])), spheres, light)
    return np.sum(image**2)


def arguments(rng, n):
    centres = np.array([[0.0, 0.0, 3.0], [1.2, 0.1, 4.0]]) + 0.01 * rng.normal(size=(2, 3))
    return centres, np.array([1.0, 0.8]), 0.4, np.array([5.0, 5.0, -5.0]), n
