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
    home.blueprint,
    account.blueprint,
    filing.blueprint,
    complaint.blueprint,
    digests.blueprint,
    officer_link.blueprint,
    staff.blueprint,
    assisted_filing.blueprint,
    calendar.blueprint,
    ombudsman.blueprint,
    procedures.blueprint,
    records.blueprint,
)
"""Every page, to be registered by the application."""
