"""From the facts that are known to the case that is decided."""

from __future__ import annotations

from collections.abc import Container, Mapping

from adjudge.decide.compiled import CompiledPolicy
from adjudge.decide.facts import KnownFact, add_presumed, holds
from adjudge.findings import Finding, InputError
from adjudge.model.axes import Case, derived_leaf
from adjudge.model.condition import leaves
from adjudge.model.fact import Value, plain


def case_of(
    compiled: CompiledPolicy, known: dict[str, KnownFact], contested: Container[str] = ()
) -> tuple[Case, tuple[str, ...]]:
    """Return the case of the known facts with the policy's presumptions, and what was presumed.

    `known` has what was presumed when this returns. Facts that are `contested` stay unknown. Raises
    `InputError` where the facts contradict each other.
    """
    stated = {name: fact.value for name, fact in known.items()}
    presumed = add_presumed(compiled.presumed, known, contested)
    case = compiled.axes.case({name: fact.value for name, fact in known.items()})
    if compiled.answer(case).possible:
        return case, presumed
    if not compiled.mask(compiled.axes.case(stated)):
        raise InputError([_contradiction(compiled, known)])
    # A presumption yields to what is known: keep only those that the facts allow.
    kept = []
    for name in presumed:
        trial = {**stated, name: known[name].value}
        if compiled.mask(compiled.axes.case(trial)):
            stated = trial
            kept.append(name)
        else:
            del known[name]
    return compiled.axes.case(stated), tuple(kept)


def _contradiction(compiled: CompiledPolicy, known: Mapping[str, KnownFact]) -> Finding:
    for law in compiled.policy.derivations:
        conclusion = derived_leaf(law, compiled.policy.facts)
        if holds(law.when, known) is True and holds(conclusion, known) is False:
            names = dict.fromkeys([*(leaf.fact for leaf in leaves(law.when)), law.fact])
            shown = " and ".join(f"`{name}` {_shown(known[name].value)}" for name in names)
            message = f"{shown} contradict each other: {law.because}"
            return Finding("contradiction", message, help="correct one of them")
    return Finding("contradiction", "the facts contradict each other", help="correct one of them")


def _shown(value: Value) -> str:
    if isinstance(value, frozenset):
        return ", ".join(sorted(value)) or "none"
    return str(plain(value)).lower() if isinstance(value, bool) else str(plain(value))
