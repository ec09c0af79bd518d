"""The JSON API: a module for each subject, and the OpenAPI document about all of them."""

from chalicelib.web.api import accounts, complaints, decisions, openapi, public

BLUEPRINTS = tuple(group.api.blueprint for group in (accounts, complaints, decisions, public, openapi))
"""The routes of the API, for the application to register."""
