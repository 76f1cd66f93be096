"""Forward chaining with durable_rules: what fired, in order, is the justification of a decision."""

from adjudge.inference.infer import Findings, Inference

__all__ = ["Findings", "Inference"]
