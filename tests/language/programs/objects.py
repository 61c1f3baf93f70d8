"""Objects: a user's classes, methods and attributes, callables of every kind, functions in containers."""

import dataclasses
import functools
import operator
from typing import Any, NamedTuple

import numpy as np

from language.corpus import Program


class Spring:
    """A class as one writes it: parameters in attributes, physics in methods."""

    rest = 0.5

    def __init__(self, stiffness, damping=0.1):
        self.stiffness = stiffness
        self.damping = damping

    def force(self, x):
        return -self.stiffness * (x - self.rest)

    def energy(self, x):
        return 0.5 * self.stiffness * (x - self.rest) ** 2

    def step(self, x, v, dt):
        a = self.force(x) - self.damping * v
        v = v + dt * a
        return x + dt * v, v

    @property
    def frequency(self):
        return np.sqrt(self.stiffness) / (2 * np.pi)

    @staticmethod
    def parallel(k1, k2):
        return k1 * k2 / (k1 + k2)

    @classmethod
    def soft(cls, x):
        return cls.rest * x


class Pendulum(Spring):
    def force(self, x):
        return super().force(np.sin(x)) * 2


class Poly:
    def __init__(self, *coefficients):
        self.coefficients = coefficients

    def __call__(self, x):
        r = 0.0
        for c in self.coefficients:
            r = r * x + c
        return r


class Vector:
    """Arithmetic of a user's own."""

    def __init__(self, x, y):
        self.x, self.y = x, y

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k)

    def dot(self, other):
        return self.x * other.x + self.y * other.y


class Layer(NamedTuple):
    w: Any
    b: Any

    def apply(self, x):
        return np.tanh(self.w @ x + self.b)


@dataclasses.dataclass
class Gaussian:
    mean: Any
    scale: Any
    name: str = "normal"

    def log_density(self, x):
        z = (x - self.mean) / self.scale
        return -0.5 * z * z - np.log(self.scale)


@dataclasses.dataclass(frozen=True)
class Bond:
    coupon: float
    maturity: int

    def price(self, rate):
        value = 0.0
        for t in range(1, self.maturity + 1):
            value += self.coupon / (1 + rate) ** t
        return value + 1 / (1 + rate) ** self.maturity


SPRING = Spring(3.0)


def method_of_a_global(x):
    return SPRING.energy(x) + SPRING.force(x) * SPRING.damping


def oscillation(spring, x, v):
    for _ in range(3):
        x, v = spring.step(x, v, 0.1)
    return spring.energy(x) + 0.5 * v * v


def overridden_method(pendulum, x):
    return pendulum.force(x) * pendulum.rest


def property_and_static(spring, k):
    return spring.frequency * Spring.parallel(k, spring.stiffness) + Spring.soft(k)


def object_made_inside(k, x):
    spring = Spring(k, damping=x)
    x, v = spring.step(x, 0.3, 0.2)
    return spring.energy(x) * v


def own_arithmetic(a, b):
    u = Vector(a, 1.0)
    v = Vector(b, a * b)
    w = (u + v * 2.0) * a
    return w.dot(u)


def network(layers, x):
    for layer in layers:
        x = layer.apply(x)
    return np.sum(x**2)


def record_returned(layer, rate):
    return Layer(layer.w * (1 - rate), layer.b - rate * np.sum(layer.w))


def replaced_record(layer, x):
    shifted = layer._replace(b=x * layer.b)
    return np.sum(shifted.apply(np.ones(2)) * shifted.b)


def likelihood(model, data):
    total = 0.0
    for x in data:
        total += model.log_density(x)
    return -total / len(data)


def dataclass_returned(model, shift):
    return Gaussian(model.mean + shift, model.scale * shift**2, "shifted")


def price_of(bond, rate):
    return bond.price(rate)


def callable_object(x):
    p = Poly(1.0, -2.0, x)
    return p(x) * p(0.5)


def callable_argument(f, x):
    return f(x) * f(f(x))


def tax(income, rate, allowance=0.2):
    return (income - allowance) * rate


flat_tax = functools.partial(tax, rate=0.3)


def partials(x):
    generous = functools.partial(tax, allowance=x)
    return flat_tax(x) * generous(2.0, 0.4) + functools.partial(tax, x, 0.1)()


def bound_method_in_a_variable(spring, x):
    f = spring.force
    return f(x) + f(2 * x) ** 2


def functions_in_a_list(x):
    stages = [np.sin, abs, operator.neg, Poly(1.0, 0.5)]
    for stage in stages:
        x = stage(x)
    return x * x


def functions_in_a_dict(x, kind):
    table = {"square": np.square, "cube": lambda v: v**3, "own": SPRING.energy}
    return table[kind](x) + 1.0


def operators_as_functions(x, y):
    return operator.mul(x, operator.add(y, 1.0)) - operator.truediv(x, y)


def composed(x):
    def compose(*fs):
        def run(v):
            for f in fs:
                v = f(v)
            return v

        return run

    return compose(np.tanh, np.exp, lambda v: v * x)(x)


def attribute_of_attribute(spring, x):
    system = System(spring, 0.5 * x)
    system.offset = system.offset + 1.0
    return system.spring.stiffness * x**2 + system.offset**2


class System:
    def __init__(self, spring, offset):
        self.spring = spring
        self.offset = offset


def simulated_payoff(spot, vol):
    z = np.random.default_rng(7).standard_normal(8)
    final = spot * np.exp(-0.5 * vol**2 + vol * z)
    return np.mean(final**2)


def getattr_by_name(model, field):
    return getattr(model, field) ** 3


class Body:
    def __init__(self, mass, position, velocity):
        self.mass = mass
        self.position = np.array(position)
        self.velocity = np.array(velocity)

    def move(self, dt):
        self.position += dt * self.velocity


def move_all(bodies, dt):
    for body in bodies:
        body.move(dt)


def bodies_by_index(mass, positions):
    """The objects change while they are gone through, and are read by index when that is over."""
    bodies = [Body(mass[0], positions[0], positions[1]), Body(mass[1], positions[1], positions[2])]
    for _ in range(2):
        move_all(bodies, 0.1)
    energy = 0.0
    for i in range(len(bodies)):
        for j in range(i):
            r = np.linalg.norm(bodies[i].position - bodies[j].position)
            energy -= bodies[i].mass * bodies[j].mass / r
    return energy


@dataclasses.dataclass
class Ball:
    centre: np.ndarray
    radius: float

    def volume(self):
        return 4.0 / 3.0 * np.pi * self.radius**3


def collected_objects(centres, radii):
    balls = [Ball(c, r) for c, r in zip(centres, radii)]
    largest = balls[int(np.argmax(radii))]
    return sum(ball.volume() * ball.centre[0] for ball in balls) + largest.volume() * balls[0].radius


def nearest(origin, balls):
    """None until something is hit."""
    distance, hit = np.inf, None
    for ball in balls:
        d = ball.centre[0] - ball.radius - origin
        if 0.0 < d < distance:
            distance, hit = d, ball
    if hit is None:
        return 0.1 * origin
    return hit.centre[1] * distance


def picture_of_the_nearest(centres, radii):
    balls = [Ball(centres[0], radii[0]), Ball(centres[1], radii[1])]
    image = np.zeros(4)
    for k in range(4):
        image[k] = nearest(0.7 * k, balls)
    return np.sum(image)


class Samples:
    """It gives what it holds, one by one or by index."""

    def __init__(self, values):
        self.values = values

    def __iter__(self):
        return iter(self.values)

    def __getitem__(self, k):
        return self.values[k]

    def __len__(self):
        return len(self.values)


def iterated_objects(x):
    samples = Samples(x * 2.0)
    total = samples[0] * len(samples)
    for v in samples:
        total += v**2
    return total + sum(k * v for k, v in enumerate(samples))


X = np.array([0.7, 1.3])
CENTRES = np.array([[1.1, 0.4], [2.3, -0.6], [0.2, 0.9]])
W = np.array([[0.4, -0.2], [0.9, 0.3]])

PROGRAMS = [
    Program(method_of_a_global, (1.4,)),
    Program(SPRING.energy, (1.4,), name="bound-method"),
    Program(oscillation, (SPRING, 0.9, -0.2)),
    Program(overridden_method, (Pendulum(2.0), 0.8)),
    Program(property_and_static, (SPRING, 1.4)),
    Program(object_made_inside, (2.0, 0.7)),
    Program(own_arithmetic, (0.7, 1.9)),
    Program(network, ([Layer(W, X), Layer(W.T.copy(), X * 0.1)], X)),
    Program(record_returned, (Layer(W, X), 0.1)),
    Program(replaced_record, (Layer(W, X), 0.6)),
    Program(likelihood, (Gaussian(0.4, 1.3), np.array([0.1, 0.9, 1.5]))),
    Program(dataclass_returned, (Gaussian(0.4, 1.3), 0.6)),
    Program(price_of, (Bond(0.04, 3), 0.05)),
    Program(callable_object, (1.4,)),
    Program(Poly(1.0, -0.5, 0.2), (1.4,), name="itself"),
    Program(callable_argument, (Poly(0.5, 0.3), 0.7), name="object"),
    Program(callable_argument, (np.sin, 0.7), name="numpy"),
    Program(partials, (0.8,)),
    Program(flat_tax, (0.8,), name="itself"),
    Program(bound_method_in_a_variable, (SPRING, 0.7)),
    Program(functions_in_a_list, (0.7,)),
    Program(functions_in_a_dict, (0.7, "square"), name="square"),
    Program(functions_in_a_dict, (0.7, "cube"), name="cube"),
    Program(functions_in_a_dict, (0.7, "own"), name="own"),
    Program(operators_as_functions, (0.7, 1.9)),
    Program(composed, (0.7,)),
    Program(attribute_of_attribute, (SPRING, 0.7)),
    Program(simulated_payoff, (1.1, 0.3)),
    Program(getattr_by_name, (Gaussian(0.4, 1.3), "scale")),
    Program(bodies_by_index, (X, CENTRES)),
    Program(iterated_objects, (X,)),
    Program(collected_objects, (CENTRES, np.array([0.3, 0.5, 0.2]))),
    Program(picture_of_the_nearest, (CENTRES, np.array([0.3, 0.5, 0.2]))),
]
