"""Documents that leave the system: they are readable without it, also on paper."""
