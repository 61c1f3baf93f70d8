"""A loop over the time steps, whose state is the voltage and an array of the three gates."""

import torch

SCALAR_LOOPS = True


def gate_rates(V):
    e = torch.exp(-(V + OFFSETS) / SCALES)
    alpha = torch.stack([0.1 * (V + 40.0) / (1.0 - e[4]), 0.07 * e[1], 0.01 * (V + 55.0) / (1.0 - e[5])])
    beta = torch.stack([4.0 * e[0], 1.0 / (1.0 + e[2]), 0.125 * e[3]])
    return alpha, beta


OFFSETS = torch.tensor([65.0, 65.0, 35.0, 65.0, 40.0, 55.0], dtype=torch.float64)
SCALES = torch.tensor([18.0, 20.0, 10.0, 80.0, 10.0, 10.0], dtype=torch.float64)


def loss(V0, conductances, current, measured, dt):
    g_Na, g_K, g_L = conductances
    alpha, beta = gate_rates(V0)
    V, gates, voltages = V0, alpha / (alpha + beta), []
    for now in current:
        m, h, n = gates
        alpha, beta = gate_rates(V)
        rate = alpha + beta
        I_Na = g_Na * m**3 * h * (V - 50.0)
        I_K = g_K * n**4 * (V + 77.0)
        I_L = g_L * (V + 54.4)
        # gates exactly for a frozen voltage
        gates = alpha / rate + (gates - alpha / rate) * torch.exp(-dt * rate)
        V = V + dt * (now - I_Na - I_K - I_L)
        voltages.append(V)
    return torch.mean((torch.stack(voltages) - measured) ** 2) / 100.0 + torch.sum(gates**2)
