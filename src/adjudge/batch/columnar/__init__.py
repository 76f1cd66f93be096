"""Deciding by columns: each distinct cell is read once, each distinct case is decided once."""
