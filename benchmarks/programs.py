"""The programs that are measured: ten of the kinds that people differentiate, one of 100 lines, and long loops."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

normal = np.random.default_rng(0).standard_normal


@dataclass(frozen=True)
class Program:
    """A function with a scalar result, arguments, and by which of them its gradient is taken."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    argnums: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.function.__name__


# ------------------------------------------------------------------------------------------------- array expressions
def logistic_loss(w, b, x, y):
    z = x @ w + b
    return np.mean(np.logaddexp(0.0, z) - y * z) + 0.01 * np.sum(w**2)


def mlp_loss(params, x, y):
    h = x
    for w, b in params[:-1]:
        h = np.tanh(h @ w + b)
    w, b = params[-1]
    return np.mean((h @ w + b - y) ** 2)


def mixture_likelihood(means, log_scales, logits, x):
    z = (x[:, None, :] - means) / np.exp(log_scales)
    log_p = -0.5 * np.sum(z**2, axis=2) - np.sum(log_scales, axis=1) + logits
    top = np.max(log_p, axis=1)
    return -np.mean(top + np.log(np.sum(np.exp(log_p - top[:, None]), axis=1)))


def attention(q, k, v):
    scores = q @ k.T / np.sqrt(q.shape[1])
    weights = np.exp(scores - np.max(scores, axis=1)[:, None])
    weights = weights / np.sum(weights, axis=1)[:, None]
    return np.sum((weights @ v) ** 2)


def gaussian_process(log_length, log_noise, x, y):
    d2 = np.sum((x[:, None, :] - x[None, :, :]) ** 2, axis=2)
    k = np.exp(-0.5 * d2 * np.exp(-2.0 * log_length)) + np.exp(log_noise) * np.eye(len(x))
    _, log_det = np.linalg.slogdet(k)
    return 0.5 * y @ np.linalg.solve(k, y) + 0.5 * log_det


# ------------------------------------------------------------------------------------------- loops over whole arrays
def heat(u, kappa, steps):
    for _ in range(steps):
        inner = u[1:-1] + kappa * (u[2:] - 2.0 * u[1:-1] + u[:-2])
        u = np.concatenate((u[:1], inner, u[-1:]))
    return np.sum(u**2)


def recurrent(w, u, xs):
    h = np.zeros(w.shape[0])
    for x in xs:
        h = np.tanh(w @ h + u @ x)
    return np.sum(h**2)


# ----------------------------------------------------------------------------------------------- loops over scalars
def spring_energy(x, k):
    e = 0.0
    for i in range(len(x) - 1):
        d = x[i + 1] - x[i]
        if d > 0.5:
            e += 0.5 * k * (d - 0.5) ** 2
    return e


def pendulum(angle, speed, damping):
    t, dt = 0.0, 0.001
    while t < 2.0:
        acceleration = -9.81 * math.sin(angle) - damping * speed
        speed = speed + dt * acceleration
        angle = angle + dt * speed
        t += dt
    return angle**2 + speed**2


def lennard_jones(x):
    energy = 0.0
    for i in range(len(x)):
        for j in range(i):
            d = x[i] - x[j]
            s6 = 1.0 / np.sum(d**2) ** 3
            energy += 4.0 * (s6**2 - s6)
    return energy


LAYERS = [(normal((m, n)) / np.sqrt(m), normal(n)) for m, n in ((64, 128), (128, 128), (128, 10))]

PROGRAMS = [
    Program(logistic_loss, (normal(50), 0.1, normal((2000, 50)), (normal(2000) > 0) * 1.0), (0, 1)),
    Program(mlp_loss, (LAYERS, normal((256, 64)), normal((256, 10))), (0,)),
    Program(mixture_likelihood, (normal((5, 3)), 0.1 * normal((5, 3)), normal(5), normal((2000, 3))), (0, 1, 2)),
    Program(attention, (normal((200, 32)), normal((200, 32)), normal((200, 32))), (0, 1, 2)),
    Program(gaussian_process, (0.1, -1.0, normal((150, 3)), normal(150)), (0, 1)),
    Program(heat, (normal(2000), 0.2, 200), (0, 1)),
    Program(recurrent, (normal((64, 64)) / 8, normal((64, 16)) / 4, normal((200, 16))), (0, 1)),
    Program(spring_energy, (np.cumsum(normal(2000)), 2.0), (0, 1)),
    Program(pendulum, (1.0, 0.0, 0.1), (0, 1, 2)),
    Program(lennard_jones, (3.0 * normal((40, 3)),), (0,)),
]


# ------------------------------------------------------------------------------------------------ a hundred lines
def greenhouse(controls, weather, volume, glazing, crop):
    """The cost of heating and venting a greenhouse, less what the crop earns; 100 lines from `def` to `return`."""
    # physical constants
    sigma, latent, gas_constant = 5.67e-8, 2.45e6, 461.5
    rho_air, heat_capacity = 1.2, 1006.0
    # what the building is made of
    area = volume ** (2.0 / 3.0)
    transmission = 0.85 * np.exp(-glazing)
    conductance = 1.0 / (0.12 + 0.9 * glazing)
    capacity = rho_air * heat_capacity * volume
    # the state: air, cover and soil temperature, humidity, carbon dioxide, crop
    air, cover = 291.0, 286.0
    soil = np.array([290.0, 289.0, 288.0, 287.0])
    humidity = 0.009
    carbon = 700.0
    biomass, leaf_area = crop[0], crop[1]
    energy, vented, damage, diary = 0.0, 0.0, 0.0, []
    dt = 900.0
    for step in range(len(weather)):
        outside = weather[step, 0] + 273.15
        sun = weather[step, 1]
        wind = weather[step, 2]
        outside_humidity = weather[step, 3]
        heating = controls[step, 0]
        opening = controls[step, 1]
        dosing = controls[step, 2]
        # radiation
        absorbed = transmission * sun * area
        sky = 0.0552 * outside**1.5
        longwave = sigma * 0.9 * area * (cover**4 - sky**4)
        interception = 1.0 - np.exp(-0.7 * leaf_area)
        on_crop = absorbed * interception
        on_soil = absorbed - on_crop
        # ventilation: through the vents, and through gaps when there is wind
        if wind > 4.0:
            leakage = 0.5 + 0.1 * (wind - 4.0) ** 1.3
        else:
            leakage = 0.5
        buoyancy = np.sqrt(np.abs(air - outside) + 0.1)
        exchange = volume / 3600.0 * (leakage + 18.0 * opening * (0.2 * wind + 0.3 * buoyancy))
        sensible = rho_air * heat_capacity * exchange * (air - outside)
        # transpiration, after Penman and Monteith
        celsius = air - 273.15
        saturated = 610.94 * np.exp(17.625 * celsius / (celsius + 243.04))
        slope = saturated * 17.625 * 243.04 / (celsius + 243.04) ** 2
        vapour = humidity * rho_air * gas_constant * air
        deficit = np.maximum(saturated - vapour, 0.0)
        closing = 1.0 + 0.023 * (carbon / 700.0) ** 2
        resistance = 82.0 * closing * (1.0 + 40.0 / (1.0 + sun))
        boundary = 220.0 / (1.0 + wind) ** 0.2
        net = slope * on_crop / area + rho_air * heat_capacity * deficit / boundary
        transpired = leaf_area * area * net / (latent * (slope + 66.0 * (1.0 + resistance / boundary)))
        # condensation on the cover
        cold = cover - 273.15
        at_cover = 610.94 * np.exp(17.625 * cold / (cold + 243.04)) / (rho_air * gas_constant * cover)
        if humidity > at_cover:
            condensed = 0.002 * area * (humidity - at_cover)
        else:
            condensed = 0.0
        # temperatures
        to_cover = 7.0 * area * (air - cover)
        to_soil = 5.0 * area * (air - soil[0])
        power = 150.0 * area * heating
        lost = sensible + to_cover + to_soil + latent * transpired
        air = air + dt * (power + 0.4 * on_crop - lost) / (4.0 * capacity)
        gained = to_cover + latent * condensed - longwave
        cover = cover + dt * (gained - conductance * area * (cover - outside)) / (9000.0 * area)
        flux = np.diff(soil) * 1.2 / 0.25
        below = np.concatenate((flux, np.array([0.0])))
        above = np.concatenate((np.array([-(to_soil + 0.5 * on_soil) / area]), flux))
        soil = soil + dt * (below - above) / (2.0e6 * 0.25)
        # what the air holds
        moisture = transpired - condensed - exchange * rho_air * (humidity - outside_humidity)
        humidity = humidity + dt * moisture / (rho_air * volume)
        # growth, limited by light and by carbon dioxide
        light = 0.48 * on_crop / area
        limited = light * carbon / (light / 17.0 + carbon / 300.0 + 1.0) / 20.0
        warm = np.exp(-(((celsius - 24.0) / 9.0) ** 2))
        assimilated = 1.5e-9 * limited * warm * leaf_area
        respired = 2e-8 * biomass * 2.0 ** ((celsius - 25.0) / 10.0)
        biomass = biomass + dt * (assimilated - respired)
        leaf_area = leaf_area + dt * 20.0 * (assimilated - respired) * np.exp(-leaf_area / 3.0)
        uptake = 5e5 * (assimilated - respired) * area / volume
        carbon = carbon + dt * (20.0 * dosing - uptake - exchange / volume * (carbon - 410.0))
        # what is paid, and what is lost when it is too hot or too wet
        energy += dt * power
        vented += dt * opening
        if celsius > 32.0:
            damage += dt * (celsius - 32.0) ** 2
        elif celsius < 12.0:
            damage += dt * (12.0 - celsius) ** 2
        relative = vapour / saturated
        for limit, weight in ((0.9, 1.0), (0.95, 4.0)):
            excess = np.maximum(relative - limit, 0.0)
            damage += weight * dt * excess**2
        diary.append(celsius)
    swing = np.max(np.array(diary)) - np.min(np.array(diary))
    cost = 2e-8 * energy + 1e-5 * vented + 1e-6 * damage + 0.01 * swing
    earned = 3.0 * (biomass - crop[0]) * area
    return cost - earned


def day(steps: int) -> Any:
    """Weather of a day in spring: temperature, sun, wind, humidity."""
    hours = np.linspace(0.0, 24.0, steps)
    sun = np.maximum(0.0, np.sin(np.pi * (hours - 6.0) / 12.0))
    return np.stack([8.0 + 6.0 * sun, 650.0 * sun, 3.0 + 2.0 * np.sin(hours), 0.005 + 0.001 * sun], axis=1)


CONTROLS = 0.1 + 0.05 * np.sin(np.arange(288.0)).reshape(96, 3)
GREENHOUSE = Program(greenhouse, (CONTROLS, day(96), 500.0, 0.3, np.array([0.3, 2.0])), (0, 2, 3))


# ---------------------------------------------------------------------------------------------------- long loops
def linear_steps(x, steps):
    for _ in range(steps):
        x = x + 1e-6 * (1.0 - 3.0 * x)
    return x


def nonlinear_steps(x, steps):
    for _ in range(steps):
        x = x + 1e-6 * x * (1.0 - x)
    return x


def branching_steps(x, steps):
    for _ in range(steps):
        if x < 0.5:
            x = x + 1e-6 * math.cos(x)
        else:
            x = x - 1e-6 * x * x
    return x


LONG = [linear_steps, nonlinear_steps, branching_steps]
