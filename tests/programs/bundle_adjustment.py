"""Bundle adjustment: reprojection residuals of points in cameras, with Rodrigues' rotation and radial distortion.

A camera: 3 of rotation, 3 of the centre, focal length, 2 of the principal point, 2 of distortion.
"""

import numpy as np


def cross(a, b):
    c = np.empty(3)
    c[0] = a[1] * b[2] - a[2] * b[1]
    c[1] = a[2] * b[0] - a[0] * b[2]
    c[2] = a[0] * b[1] - a[1] * b[0]
    return c


def rodrigues_rotate_point(rot, X):
    sqtheta = np.sum(rot**2)
    if sqtheta > 1e-10:
        theta = np.sqrt(sqtheta)
        w = rot / theta
        tmp = np.dot(w, X) * (1.0 - np.cos(theta))
        return X * np.cos(theta) + cross(w, X) * np.sin(theta) + w * tmp
    return X + cross(rot, X)


def radial_distort(rad_params, proj):
    rsq = np.sum(proj**2)
    return proj * (1.0 + rad_params[0] * rsq + rad_params[1] * rsq**2)


def project(cam, X):
    Xcam = rodrigues_rotate_point(cam[:3], X - cam[3:6])
    distorted = radial_distort(cam[9:11], Xcam[:2] / Xcam[2])
    return cam[7:9] + distorted * cam[6]


def residuals(cams, X, w, obs, feats):
    p = len(obs)
    reproj_err = np.zeros(2 * p)
    for i in range(p):
        c, k = obs[i]
        reproj_err[2 * i : 2 * i + 2] = w[i] * (project(cams[c], X[k]) - feats[i])
    w_err = np.empty(p)
    for i in range(p):
        w_err[i] = 1.0 - w[i] ** 2
    return reproj_err, w_err


def loss(cams, X, w, obs, feats):
    reproj_err, w_err = residuals(cams, X, w, obs, feats)
    return 0.5 * (np.sum(reproj_err**2) + np.sum(w_err**2))


def arguments(rng, n):
    n_cams, n_points = 2, n
    cams = np.zeros((n_cams, 11))
    cams[:, :3] = 0.3 * rng.normal(size=(n_cams, 3))
    cams[:, 3:6] = 0.2 * rng.normal(size=(n_cams, 3))
    cams[:, 6] = 1.5
    cams[:, 7:9] = 0.1 * rng.normal(size=(n_cams, 2))
    cams[:, 9:11] = 0.05 * rng.normal(size=(n_cams, 2))
    cams[1, :3] = 0.0  # the camera that is not turned takes the other branch
    X = rng.normal(size=(n_points, 3)) + np.array([0.0, 0.0, 6.0])
    obs = np.array([(i % n_cams, i // n_cams) for i in range(2 * n_points)])
    return cams, X, rng.uniform(0.5, 1.0, size=len(obs)), obs, rng.normal(size=(len(obs), 2))
