"""The library's layers; images have their channels last."""

import torch
import torch.nn.functional as F


def conv2d(x, w):
    return F.conv2d(x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1)).permute(0, 2, 3, 1)


def maxpool2d(x):
    return F.max_pool2d(x.permute(0, 3, 1, 2), 2).permute(0, 2, 3, 1)


def lenet5(x, conv1, conv1bias, conv2, conv2bias, fc1w, fc1b, fc2w, fc2b, fc3w, fc3b):
    x = maxpool2d(torch.relu(conv2d(x, conv1) + conv1bias))
    x = maxpool2d(torch.relu(conv2d(x, conv2) + conv2bias))
    x = x.reshape(len(x), -1)
    x = torch.relu(x @ fc1w + fc1b)
    x = torch.relu(x @ fc2w + fc2b)
    return x @ fc3w + fc3b


def loss(x, labels, conv1, conv1bias, conv2, conv2bias, fc1w, fc1b, fc2w, fc2b, fc3w, fc3b):
    logits = lenet5(x, conv1, conv1bias, conv2, conv2bias, fc1w, fc1b, fc2w, fc2b, fc3w, fc3b)
    return F.cross_entropy(logits, labels)
