"""What is proved of a user's function: as data, and as text.

In: claims with their verdicts.  Out: a `Certificate` that prints itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from s2s.verify.deciding import Verdict
from s2s.verify.scalar import DIGITS

WORDS = {
    Verdict.proved: "proved",
    Verdict.digits: f"equal to {DIGITS} digits",
    Verdict.rounded: "equal to rounding",
    Verdict.refuted: "WRONG",
}
CONDITIONS_SHOWN = 6


@dataclass(frozen=True)
class Claim:
    """A statement about a derivative: `what` it is about, in words, and how well it is known to hold."""

    what: str
    about: str
    verdict: Verdict
    found: str = ""


@dataclass(frozen=True)
class PathProved:
    """A way through the branches of a function: the conditions under which it is taken, and what is claimed there."""

    key: tuple[bool, ...]
    conditions: list[str]
    claims: list[Claim]


@dataclass
class Certificate:
    """What is proved, on which shapes and paths, and what is trusted."""

    name: str
    shapes: dict[str, str]
    paths: list[PathProved] = field(default_factory=list)
    trusted: list[str] = field(default_factory=list)

    @property
    def verdict(self) -> Verdict:
        """The weakest of all claims."""
        return min(claim.verdict for path in self.paths for claim in path.claims)

    def __bool__(self) -> bool:
        """Whether nothing is wrong."""
        return self.verdict > Verdict.refuted

    def __str__(self) -> str:
        shapes = ", ".join(f"{name}={shape}" for name, shape in self.shapes.items())
        lines = [f"{self.name}({shapes}): {WORDS[self.verdict]} on {len(self.paths)} path{'s' * (len(self.paths) != 1)}"]
        for number, path in enumerate(self.paths, 1):
            lines += _path_lines(number, path, len(self.paths))
        lines.append(f"  trusted: sympy, and the definitions of {', '.join(self.trusted)}" if self.trusted else "  trusted: sympy")
        return "\n".join(lines)


def _path_lines(number: int, path: PathProved, count: int) -> list[str]:
    lines = []
    if count > 1 or path.conditions:
        shown = path.conditions[:CONDITIONS_SHOWN]
        more = f" and {len(path.conditions) - len(shown)} more" if len(path.conditions) > len(shown) else ""
        lines.append(f"  path {number}: where {', '.join(shown) or 'nothing is compared'}{more}")
    for claim in path.claims:
        lines.append(f"    {claim.what:8} {claim.about}: {WORDS[claim.verdict]}{': ' * bool(claim.found)}{claim.found}")
    return lines
