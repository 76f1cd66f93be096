"""Rulesets, profiles and texts as files: YAML with positions, checked, turned into the model."""
