"""The pages people use, one module an audience. Addresses are Indonesian words."""

from chalicelib.web.pages import (
    account,
    calendar,
    complaint,
    digests,
    filing,
    home,
    officer_link,
    ombudsman,
    procedures,
    records,
    staff,
    typing_in,
)

BLUEPRINTS = (
    home.routes,
    account.routes,
    filing.routes,
    complaint.routes,
    digests.routes,
    officer_link.routes,
    staff.routes,
    typing_in.routes,
    calendar.routes,
    ombudsman.routes,
    procedures.routes,
    records.routes,
)
"""Every page, to be registered by the application."""
