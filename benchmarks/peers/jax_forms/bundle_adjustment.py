"""One observation as it stands in the program, all of them by `vmap`; the branch by `where` with a safe operand."""

import jax
import jax.numpy as jnp


def rodrigues_rotate_point(rot, X):
    sqtheta = jnp.sum(rot**2)
    turned = sqtheta > 1e-10
    theta = jnp.sqrt(jnp.where(turned, sqtheta, 1.0))
    w = rot / theta
    tmp = jnp.dot(w, X) * (1.0 - jnp.cos(theta))
    rotated = X * jnp.cos(theta) + jnp.cross(w, X) * jnp.sin(theta) + w * tmp
    return jnp.where(turned, rotated, X + jnp.cross(rot, X))


def radial_distort(rad_params, proj):
    rsq = jnp.sum(proj**2)
    return proj * (1.0 + rad_params[0] * rsq + rad_params[1] * rsq**2)


def project(cam, X):
    Xcam = rodrigues_rotate_point(cam[:3], X - cam[3:6])
    distorted = radial_distort(cam[9:11], Xcam[:2] / Xcam[2])
    return cam[7:9] + distorted * cam[6]


def loss(cams, X, w, obs, feats):
    projected = jax.vmap(project)(cams[obs[:, 0]], X[obs[:, 1]])
    reproj_err = w[:, None] * (projected - feats)
    return 0.5 * (jnp.sum(reproj_err**2) + jnp.sum((1.0 - w**2) ** 2))
