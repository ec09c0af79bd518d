"""The pages people use, one module an audience. Addresses are Indonesian words."""

from chalicelib.web.pages import account, complaint, filing, home, officer_link, staff

BLUEPRINTS = (home.routes, account.routes, filing.routes, complaint.routes, officer_link.routes, staff.routes)
"""Every page, to be registered by the application."""
