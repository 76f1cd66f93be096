"""Forward chaining with durable_rules: what fired, in order, is the justification of a decision."""

from adjudge.inference.infer import Conclusions, Inference

__all__ = ["Conclusions", "Inference"]
