"""Measurements that anybody can repeat: `make bench`, or one of them: `python -m bench.<name>`."""
