"""A year of complaints under virtual time: its people, its events, its invariants and its figures."""
