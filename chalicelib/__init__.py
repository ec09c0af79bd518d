"""Tuntas: a public complaint, carried to its end."""
