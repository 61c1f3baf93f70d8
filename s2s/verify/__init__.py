"""Proofs: rules, and the generated derivatives of users' functions, run on symbols and held against sympy's derivatives.

    print(loss.verify(w=(2,), x=(3, 2)))        # a certificate: what is proved, on which paths, and what is trusted
    ledger.entries()                            # what is known of every rule

In: a function with shapes for its parameters, or the registry of rules.  Out: a `Certificate`, a ledger.
"""

from s2s.verify.certificate import Certificate, Claim, PathProved
from s2s.verify.claims import NotVerified
from s2s.verify.deciding import Verdict
from s2s.verify.programs import verified

__all__ = ["Certificate", "Claim", "NotVerified", "PathProved", "Verdict", "verified"]
