"""The pages people use, one module an audience. Addresses are Indonesian words."""

from chalicelib.web.pages import (
    account,
    assisted_filing,
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
)

BLUEPRINTS = (
    home.routes,
    account.routes,
    filing.routes,
    complaint.routes,
    digests.routes,
    officer_link.routes,
    staff.routes,
    assisted_filing.routes,
    calendar.routes,
    ombudsman.routes,
    procedures.routes,
    records.routes,
)
"""Every page, to be registered by the application."""
