"""The window is a short loop over its offsets, each a shift of the padded image with a mask at the border."""

import torch
from torch.nn.functional import pad


def bilateral(image, radius, sigma_space, sigma_range):
    rows, cols = image.shape
    padded = pad(image, (radius,) * 4)
    valid = pad(torch.ones(rows, cols), (radius,) * 4)
    weighted = total = 0.0
    for a in range(2 * radius + 1):
        for b in range(2 * radius + 1):
            space = ((a - radius) ** 2 + (b - radius) ** 2) / (2 * sigma_space**2)
            shifted = padded[a : a + rows, b : b + cols]
            w = torch.exp(-((shifted - image) ** 2) / (2 * sigma_range**2) - space) * valid[a : a + rows, b : b + cols]
            weighted = weighted + w * shifted
            total = total + w
    return weighted / total


def loss(image, clean, radius, sigma_space, sigma_range):
    for _ in range(2):
        image = bilateral(image, radius, sigma_space, sigma_range)
    return torch.sum((image - clean) ** 2)
