"""The rules by which a complaint moves, one module a stretch of its way."""
