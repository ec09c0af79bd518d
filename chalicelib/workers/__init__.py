"""Queue, stream and schedule records on their way to a use case. One module a subject."""
