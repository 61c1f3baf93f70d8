"""What lies under the meadow: the diffusivity of the ground, layer by layer, from buried thermometers.

The sun warms the surface by day.  The warmth sinks in, weaker and later the deeper, and how fast tells dry sand (slow)
from moist loam (fast).  The model is the heat equation, stepped through four days; its parameters are the thermal
diffusivities of 20 layers.  The gradient of the misfit runs back through all time steps, and L-BFGS-B follows it down.

    python examples/inverse.py [output folder]
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from showing import Descent, check_gradient, console, save, show_derivative

from s2s import differentiable, value_and_grad

LAYERS = 20
THICKNESS = 0.03  # of a layer, m
DEPTHS = THICKNESS * np.arange(1, LAYERS + 1)  # of the lower edges of the layers, m
STEP = 400.0  # s
STEPS_PER_HOUR = 9
HOURS = 4 * 24
THERMOMETERS = np.array([1, 3, 5, 7, 9, 12, 15])  # the layers at whose lower edges they are buried
NOISE = 0.05  # of a thermometer, K
START = 15.0  # temperature of all the ground at first, degrees Celsius
JUMP_COST, SMALL_JUMP = 5.0, 0.03  # what we expect of the ground: few layers that differ
SMALLEST, LARGEST = 1e-7, 1e-6  # diffusivities found in soils, m^2/s; with more, the time steps would be unstable
MOST_ITERATIONS = 100


# --------------------------------------------------------------------------------------------------------- the model
def next_temperatures(temperatures, surface, diffusivity):
    """Temperatures at the lower edges of the layers, one time step later; no heat leaves through the last one."""
    edges = np.concatenate([surface, temperatures])
    flow = diffusivity * (edges[:-1] - edges[1:]) / THICKNESS
    leaving = np.concatenate([flow[1:], np.zeros(1)])
    return temperatures + STEP / THICKNESS * (flow - leaving)


def simulate(diffusivity, surface):
    """Temperatures at all lower edges after each hour, (hours, layers), degrees Celsius."""
    temperatures = np.full(LAYERS, START)
    hourly = []
    for step in range(HOURS * STEPS_PER_HOUR):
        temperatures = next_temperatures(temperatures, surface[step : step + 1], diffusivity)
        if (step + 1) % STEPS_PER_HOUR == 0:
            hourly.append(temperatures)
    return np.stack(hourly)


@differentiable
def roughness(log_diffusivity):
    """How much the ground changes from layer to layer; one big jump costs less than many small ones."""
    jumps = log_diffusivity[1:] - log_diffusivity[:-1]
    return np.sum(np.sqrt(jumps**2 + SMALL_JUMP**2))


@differentiable
def misfit(log_diffusivity, surface, readings):
    """How badly layers of these diffusivities (logarithms of m^2/s) explain the hourly readings of the thermometers."""
    expected = simulate(np.exp(log_diffusivity), surface)[:, THERMOMETERS]
    return 0.5 * np.sum(((expected - readings) / NOISE) ** 2) + JUMP_COST * roughness(log_diffusivity)


# ---------------------------------------------------------------------------------------------------- the experiment
def true_diffusivity():
    """Dry sand over moist loam over clay, m^2/s."""
    return np.select([DEPTHS < 0.16, DEPTHS < 0.40], [2.5e-7, 7.0e-7], 4.5e-7)


def surface_temperatures():
    """Warm days and cool nights, the third day cloudy; degrees Celsius at every time step."""
    days = STEP / 86400.0 * np.arange(HOURS * STEPS_PER_HOUR)
    swing = np.array([10.0, 9.0, 4.0, 11.0])[days.astype(int)]
    return START + swing * np.sin(2.0 * np.pi * days)


def recover(first_guess, surface, readings):
    """The diffusivities that explain the readings best, m^2/s."""

    def objective(log_diffusivity):
        return value_and_grad(misfit)(log_diffusivity, surface, readings)

    start = np.log(first_guess)
    check_gradient(objective, start)
    bounds = [(np.log(SMALLEST), np.log(LARGEST))] * LAYERS
    options = {"maxiter": MOST_ITERATIONS}
    with Descent("fit", MOST_ITERATIONS) as descent:
        found = minimize(
            objective, start, jac=True, method="L-BFGS-B", bounds=bounds, callback=descent, options=options
        )
    return np.exp(found.x)


# ------------------------------------------------------------------------------------------------------- the report
def plot(temperatures, first_guess, found):
    """The warmth sinking in, and the ground: as it is, as first guessed and as found."""
    figure, (left, right) = plt.subplots(
        1, 2, figsize=(8.6, 3.8), width_ratios=(1.6, 1), sharey=True, layout="constrained"
    )
    edges = 100.0 * np.concatenate([[0.0], DEPTHS])
    image = left.pcolormesh(np.arange(HOURS + 1) / 24.0, edges, temperatures.T, cmap="RdYlBu_r", rasterized=True)
    left.hlines(100.0 * DEPTHS[THERMOMETERS], 0.0, HOURS / 24.0, color="black", lw=0.6, ls=":")
    left.set(xlabel="time, days", ylabel="depth, cm", title="the ground warms and cools (dotted: thermometers)")
    figure.colorbar(image, ax=left, label="temperature, °C")
    profiles = {"first guess": first_guess, "true": true_diffusivity(), "found": found}
    for (label, profile), colour in zip(profiles.items(), ("silver", "black", "crimson"), strict=True):
        right.stairs(1e6 * profile, edges, orientation="horizontal", baseline=None, color=colour, lw=1.6, label=label)
    right.set(xlabel="thermal diffusivity, mm²/s", xlim=(0.0, 0.9), title="sand, loam, clay")
    right.invert_yaxis()
    right.legend(loc="upper right")
    save(figure, "inverse.png")


def mean_error(diffusivity):
    return 100.0 * np.mean(np.abs(diffusivity / true_diffusivity() - 1.0))


def main():
    rng = np.random.default_rng(0)
    surface = surface_temperatures()
    temperatures = simulate(true_diffusivity(), surface)
    readings = temperatures[:, THERMOMETERS] + rng.normal(0.0, NOISE, (HOURS, len(THERMOMETERS)))
    first_guess = np.full(LAYERS, 4e-7)
    show_derivative(misfit, np.log(first_guess), surface, readings)
    found = recover(first_guess, surface, readings)
    console.print(f"mean error of the first guess: {mean_error(first_guess):.1f} %")
    console.print(f"mean error of what was found: {mean_error(found):.1f} %")
    plot(temperatures, first_guess, found)


if __name__ == "__main__":
    main()
