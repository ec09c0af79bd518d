"""A year of complaints under virtual time: who files, who acts, what must hold, what came of it."""
