"""All rays at once, the spheres in a static loop; three levels of reflection, with what is missed masked out."""

import jax.numpy as jnp
import numpy as np

STATIC = (4,)

COLOURS = (0.9, 0.5)


def unit(v):
    return v / jnp.sqrt(jnp.sum(v**2, axis=0))


def way_to(centre, radius, origin, direction):
    """The way to the sphere, infinite if it is missed; coordinates along the first axis."""
    oc = origin - centre[:, None, None]
    b = jnp.sum(direction * oc, axis=0)
    disc = b * b - jnp.sum(oc * oc, axis=0) + radius**2
    t = -b - jnp.sqrt(jnp.where(disc < 0, 1.0, disc))
    return jnp.where((disc < 0) | (t <= 1e-4), jnp.inf, t)


def trace(origin, direction, spheres, light, depth=0):
    t, centre, shade, mirror = jnp.inf, jnp.zeros((3, 1, 1)), 0.0, 0.0
    for sphere in spheres:
        way = way_to(sphere[0], sphere[1], origin, direction)
        nearer = way < t
        t, shade, mirror = (jnp.where(nearer, x, y) for x, y in ((way, t), (sphere[2], shade), (sphere[3], mirror)))
        centre = jnp.where(nearer, sphere[0][:, None, None], centre)
    hit = t < jnp.inf
    point = origin + jnp.where(hit, t, 1.0) * direction
    normal = unit(jnp.where(hit, point - centre, 1.0))
    lit = jnp.sum(normal * unit(light[:, None, None] - point), axis=0)
    colour = 0.05 + shade * jnp.maximum(lit, 0.0)
    if depth < 2:
        reflected = unit(direction - 2 * jnp.sum(direction * normal, axis=0) * normal)
        colour += mirror * trace(point, reflected, spheres, light, depth + 1)
    return jnp.where(hit, colour, 0.1 + 0.05 * direction[1])


def loss(centres, radii, mirror, light, width):
    x = np.linspace(-0.3, 0.5, width)
    y = np.linspace(-0.35, 0.4, width)[:, None]
    directions = np.stack(np.broadcast_arrays(x, y, 1.0))
    directions /= np.linalg.norm(directions, axis=0)
    spheres = list(zip(centres, radii, COLOURS, (0.3, mirror), strict=True))
    image = trace(jnp.zeros((3, 1, 1)), jnp.asarray(directions), spheres, light)
    return jnp.sum(image**2)
