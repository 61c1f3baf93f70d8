"""All observations at once; the branch by `where` with a safe operand."""

import torch


def rodrigues_rotate_point(rot, X):
    sqtheta = torch.sum(rot**2, dim=1, keepdim=True)
    turned = sqtheta > 1e-10
    theta = torch.sqrt(torch.where(turned, sqtheta, 1.0))
    w = rot / theta
    tmp = torch.sum(w * X, dim=1, keepdim=True) * (1.0 - torch.cos(theta))
    rotated = X * torch.cos(theta) + torch.linalg.cross(w, X) * torch.sin(theta) + w * tmp
    return torch.where(turned, rotated, X + torch.linalg.cross(rot, X))


def project(cam, X):
    Xcam = rodrigues_rotate_point(cam[:, :3], X - cam[:, 3:6])
    proj = Xcam[:, :2] / Xcam[:, 2:]
    rsq = torch.sum(proj**2, dim=1, keepdim=True)
    distorted = proj * (1.0 + cam[:, 9:10] * rsq + cam[:, 10:11] * rsq**2)
    return cam[:, 7:9] + distorted * cam[:, 6:7]


def loss(cams, X, w, obs, feats):
    reproj_err = w[:, None] * (project(cams[obs[:, 0]], X[obs[:, 1]]) - feats)
    return 0.5 * (torch.sum(reproj_err**2) + torch.sum((1.0 - w**2) ** 2))
