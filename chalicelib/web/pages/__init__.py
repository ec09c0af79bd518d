"""The pages, one module for each subject. Their addresses are Indonesian words."""

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
"""The routes of the pages, for the application to register."""
