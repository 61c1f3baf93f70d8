"""A loop over years; masks by `where`."""

import torch


def loss(pop, growth, harvest, stock, years):
    yields = 0.0
    for _ in range(years):
        pop = pop * torch.exp(growth * (1.0 - pop))
        crowded = pop > 1.1
        pop = torch.where(crowded, pop - harvest * (pop - 1.1) ** 2, pop)
        rare = pop < 0.4
        pop = torch.where(rare, pop + stock * torch.sqrt(torch.where(rare, pop, 1.0)), pop)
        pop = torch.where(crowded | rare, pop, 0.98 * pop)
        yields = yields + torch.sum(torch.where(pop > 0.5, pop**2, 0.0))
    deviation = pop - 0.8
    deviation = torch.where(deviation < 0, 0.1 * deviation, deviation)
    return yields / (years * len(pop)) + torch.sum(deviation**2)
