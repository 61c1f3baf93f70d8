"""All rays at once, the spheres in a loop; three levels of reflection, with what is missed masked out."""

import math

import torch

COLOURS = (0.9, 0.5)


def unit(v):
    return v / torch.sqrt(torch.sum(v**2, dim=0))


def way_to(centre, radius, origin, direction):
    """The way to the sphere, infinite if it is missed; coordinates along the first axis."""
    oc = origin - centre[:, None, None]
    b = torch.sum(direction * oc, dim=0)
    disc = b * b - torch.sum(oc * oc, dim=0) + radius**2
    t = -b - torch.sqrt(torch.where(disc < 0, 1.0, disc))
    return torch.where((disc < 0) | (t <= 1e-4), math.inf, t)


def trace(origin, direction, spheres, light, depth=0):
    t, centre, shade, mirror = math.inf, torch.zeros(3, 1, 1), 0.0, 0.0
    for sphere in spheres:
        way = way_to(sphere[0], sphere[1], origin, direction)
        nearer = way < t
        t, shade, mirror = (torch.where(nearer, x, y) for x, y in ((way, t), (sphere[2], shade), (sphere[3], mirror)))
        centre = torch.where(nearer, sphere[0][:, None, None], centre)
    hit = t < math.inf
    point = origin + torch.where(hit, t, 1.0) * direction
    normal = unit(torch.where(hit, point - centre, 1.0))
    lit = torch.sum(normal * unit(light[:, None, None] - point), dim=0)
    colour = 0.05 + shade * torch.clamp(lit, min=0.0)
    if depth < 2:
        reflected = unit(direction - 2 * torch.sum(direction * normal, dim=0) * normal)
        colour = colour + mirror * trace(point, reflected, spheres, light, depth + 1)
    return torch.where(hit, colour, 0.1 + 0.05 * direction[1])


def loss(centres, radii, mirror, light, width):
    across, down = torch.meshgrid(torch.linspace(-0.3, 0.5, width), torch.linspace(-0.35, 0.4, width), indexing="xy")
    directions = unit(torch.stack([across, down, torch.ones_like(across)]))
    spheres = list(zip(centres, radii, COLOURS, (0.3, mirror), strict=True))
    return torch.sum(trace(torch.zeros(3, 1, 1), directions, spheres, light) ** 2)
