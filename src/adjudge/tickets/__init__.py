"""Tickets, and the exports that they come in."""
