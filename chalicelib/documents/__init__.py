"""Documents that leave the system: readable without it, on paper too."""
