"""From a low orbit to a geostationary one: find the burn that reaches the target, through a loop with an event.

A satellite circles the Earth 400 km up.  One burn throws it onto an ellipse; it coasts, step after step, *until* it
stops climbing, and there it should meet its place on the geostationary ring.  How many steps that takes depends on the
burn.  For a round Earth, Hohmann's formula of 1925 gives the burn, so we can see that ours is right.  The Earth is
flattened, though (J2): with that the formula is off, while the loop needs one more factor in its force.

    python examples/orbit.py [output folder]
"""

import matplotlib.pyplot as plt
import numpy as np
from scipy.optimize import minimize
from showing import Descent, check_gradient, console, save, show_derivative

from s2s import differentiable, value_and_grad

MU = 398600.4418  # gravitational parameter of the Earth, km^3/s^2
EARTH_RADIUS = 6378.137  # at the equator, km
J2 = 1.08262668e-3  # oblateness of the Earth
PARKING = EARTH_RADIUS + 400.0  # radius of the first orbit, km
TARGET = 42164.17  # radius of a geostationary orbit, km
TARGET_PLACE = np.array([-TARGET, 0.0])  # opposite the burn, km
STEP = 0.025  # of the integrator: radians by which a circular orbit turns
MOST_ITERATIONS = 30


# --------------------------------------------------------------------- the physics; a state is x, y (km), vx, vy (km/s)
def pull(radius, oblateness):
    """Gravity over the equator divided by the distance from the Earth's centre, 1/s^2."""
    return MU / radius**3 * (1.0 + 1.5 * oblateness * (EARTH_RADIUS / radius) ** 2)


def motion(state, oblateness):
    """The rate of change of a state."""
    position, velocity = state[:2], state[2:]
    radius = np.sqrt(position @ position)
    return np.concatenate([velocity, -pull(radius, oblateness) * position])


def advance(state, dt, oblateness):
    """The state dt seconds later, by one Runge-Kutta step of order 4."""
    k1 = motion(state, oblateness)
    k2 = motion(state + 0.5 * dt * k1, oblateness)
    k3 = motion(state + 0.5 * dt * k2, oblateness)
    k4 = motion(state + dt * k3, oblateness)
    return state + dt / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)


def time_step(state):
    """Seconds; longer far from the Earth, where everything is slower."""
    radius = np.sqrt(state[:2] @ state[:2])
    return STEP * np.sqrt(radius**3 / MU)


def climb(state):
    """Positive on the way up, negative on the way down: position times velocity, km^2/s."""
    return state[:2] @ state[2:]


def after_burn(burn, oblateness):
    """The state on the circular parking orbit once the burn (outward, forward; km/s) has been added to the velocity."""
    circular_speed = PARKING * np.sqrt(pull(PARKING, oblateness))
    return np.concatenate([np.array([PARKING, 0.0]), np.array([0.0, circular_speed]) + burn])


def coast_to_top(state, oblateness):
    """The state at the next highest point: where the climb ends that is going on, or is yet to come."""
    climbing = False
    while climb(state) > 0.0 or not climbing:
        climbing = climb(state) > 0.0
        state = advance(state, time_step(state), oblateness)
    for _ in range(3):  # Newton's method on climb = 0 takes the last step back to the event itself
        rate = motion(state, oblateness)
        climb_rate = rate[:2] @ state[2:] + state[:2] @ rate[2:]
        state = advance(state, -climb(state) / climb_rate, oblateness)
    return state


@differentiable
def miss(burn, oblateness):
    """Squared distance of the highest point of the orbit from the target, in units of the target's radius."""
    top = coast_to_top(after_burn(burn, oblateness), oblateness)
    distance = (top[:2] - TARGET_PLACE) / TARGET
    return distance @ distance


# ------------------------------------------------------------------------------------------------------- the search
def hohmann():
    """The burn that reaches the target over a round Earth, km/s: from speed on the circle to speed on the ellipse."""
    ellipse_speed = np.sqrt(MU * (2.0 / PARKING - 2.0 / (PARKING + TARGET)))
    return np.array([0.0, ellipse_speed - np.sqrt(MU / PARKING)])


def find_burn(first_guess, oblateness):
    """The burn that hits the target, km/s, and all burns tried on the way there."""

    def objective(burn):
        return value_and_grad(miss)(burn, oblateness)

    check_gradient(objective, first_guess)
    title = "flattened Earth" if oblateness else "round Earth"
    with Descent(title, MOST_ITERATIONS) as descent:
        options = {"gtol": 1e-12, "maxiter": MOST_ITERATIONS}
        found = minimize(objective, first_guess, jac=True, method="BFGS", callback=descent, options=options)
    return found.x, [first_guess, *descent.points]


def describe(burn):
    return f"{burn[1]:.6f} km/s forward, {burn[0]:+.6f} km/s outward"


def kilometres(squared_miss):
    return TARGET * np.sqrt(squared_miss)


# --------------------------------------------------------------------------------------------------------- the report
def path(burn):
    """Positions from the burn to the highest point, over a round Earth, km."""
    states, climbing = [after_burn(burn, 0.0)], False
    while climb(states[-1]) > 0.0 or not climbing:
        climbing = climb(states[-1]) > 0.0
        states.append(advance(states[-1], time_step(states[-1]), 0.0))
    return np.array([*states[:-1], coast_to_top(states[0], 0.0)])[:, :2]


def plot(burns):
    """The orbits tried, and how far each passed from the target."""
    figure, (map_axes, miss_axes) = plt.subplots(1, 2, figsize=(8.6, 4.2), width_ratios=(1.35, 1), layout="constrained")
    shades = plt.colormaps["viridis_r"](np.linspace(0.1, 1.0, len(burns)))
    map_axes.add_patch(plt.Circle((0, 0), EARTH_RADIUS, color="#9db8d2"))
    map_axes.add_patch(plt.Circle((0, 0), PARKING, fill=False, color="gray", lw=0.6))
    map_axes.add_patch(plt.Circle((0, 0), TARGET, fill=False, color="gray", lw=0.8, ls="--"))
    for burn, shade in zip(burns, shades, strict=True):
        map_axes.plot(*path(burn).T, color=shade, lw=1.3)
        map_axes.plot(*path(burn)[-1], "o", color=shade, ms=3)
    map_axes.plot(*TARGET_PLACE, "*", color="crimson", ms=11, label="target", zorder=3)
    map_axes.text(0.0, -0.8 * TARGET, "geostationary ring", color="gray", ha="center")
    map_axes.set(aspect="equal", xlabel="x, km", ylabel="y, km", title="orbits tried, up to their highest point")
    map_axes.legend(loc="upper right")
    misses = [kilometres(miss(burn, 0.0)) for burn in burns]
    miss_axes.semilogy(misses, color="gray", lw=0.8, zorder=1)
    miss_axes.scatter(range(len(burns)), misses, color=shades, zorder=2)
    miss_axes.set(xlabel="iteration of BFGS", ylabel="distance from the target, km", title="the miss")
    save(figure, "orbit.png")


def main():
    first_guess = np.array([1.2, 1.8])
    show_derivative(miss, first_guess, 0.0)
    burn, tried = find_burn(first_guess, 0.0)
    console.print(f"burn found:      {describe(burn)}")
    console.print(f"Hohmann's burn:  {describe(hohmann())}")
    console.print(f"difference from Hohmann's: {1e6 * np.linalg.norm(burn - hohmann()):.3f} mm/s\n")

    true_burn, _ = find_burn(burn, J2)
    console.print(f"burn found:      {describe(true_burn)}")
    console.print(f"with it the satellite misses the target by {1e3 * kilometres(miss(true_burn, J2)):.3f} m,")
    console.print(f"with Hohmann's burn by {kilometres(miss(hohmann(), J2)):.0f} km")
    plot(tried)


if __name__ == "__main__":
    main()
