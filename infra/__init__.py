"""Everything around the application: its template, packaging, deployment and the local cloud."""
