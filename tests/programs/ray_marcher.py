"""A ray marcher: distance to a smooth union of a sphere and a torus, marched until it hits; shading into an image."""

import math

import numpy as np

FAR = 10.0


def scene(p, radius, ring):
    """Signed distance: a sphere and a torus, blended."""
    sphere = math.sqrt(p[0] ** 2 + p[1] ** 2 + p[2] ** 2) - radius
    q = math.sqrt(p[0] ** 2 + p[1] ** 2) - ring
    torus = math.sqrt(q**2 + p[2] ** 2) - 0.25
    k = 8.0
    return -math.log(math.exp(-k * sphere) + math.exp(-k * torus)) / k


def march(origin, direction, radius, ring):
    p = origin.copy()
    travelled = 0.0
    for _ in range(200):
        d = scene(p, radius, ring)
        if d < 1e-11:
            break
        p += d * direction
        travelled += d
        if travelled > FAR:
            break
    return min(travelled, FAR), p


def render(width, camera, radius, ring, light):
    image = np.zeros((width, width))
    depth = np.zeros((width, width))
    normal = np.empty(3)
    for i in range(width):
        for j in range(width):
            direction = np.array([(j + 0.6) / width - 0.5, (i + 0.55) / width - 0.5, -1.0])
            direction /= np.sqrt(np.sum(direction**2))
            travelled, p = march(camera, direction, radius, ring)
            depth[i, j] = travelled
            if travelled == FAR:
                image[i, j] = 0.1
                continue
            h = 1e-2
            for axis in range(3):
                step = np.zeros(3)
                step[axis] = h
                normal[axis] = (scene(p + step, radius, ring) - scene(p - step, radius, ring)) / (2 * h)
            normal /= np.linalg.norm(normal)
            image[i, j] = 0.5 + 0.5 * np.dot(normal, light)
    return image, depth


def loss(width, camera, radius, ring, light):
    image, depth = render(width, camera, radius, ring, light)
    return np.mean(image**2) + 0.1 * np.mean(1.0 / (1.0 + depth))


def arguments(rng, n):
    camera = np.array([0.1, -0.05, 2.5]) + 0.05 * rng.normal(size=3)
    light = rng.normal(size=3)
    return n, camera, 0.6, 0.9, light / np.linalg.norm(light)
