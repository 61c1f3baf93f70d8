"""The taps as a convolution; what feeds back as recurrences that reach twice as far back in each step."""

import torch
import torch.nn.functional as F
from torch.nn.functional import pad

from peers.torch_forms._recurrence import first_order, second_order


def fir(x, taps):
    return F.conv1d(pad(x, (len(taps) - 1, 0))[None, None], torch.flip(taps, (0,))[None, None])[0, 0]


def biquad(x, b, a):
    before = pad(x, (2, 0))
    return second_order(b[0] * x + b[1] * before[1:-1] + b[2] * before[:-2], -a[0], -a[1])


def loss(x, taps, b0, a1, sections, wanted):
    y = first_order(b0 * fir(x, taps), -a1)
    for section in sections:
        y = biquad(y, section[:3], section[3:])
    return torch.sum((y - wanted) ** 2)
