"""Checks of the references in a command: each must exist, and the directory adds to some."""

from chalicelib.domain.complaint.command import Command
from chalicelib.domain.complaint.duplicates import LinkComplaint, Merge
from chalicelib.domain.complaint.handling import Dispose
from chalicelib.domain.complaint.routing import Forward, Reroute
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.complaint.verification import Archive, Reclassify, Verify
from chalicelib.domain.directory.agencies import Agency
from chalicelib.domain.procedure.loading import load_procedure
from chalicelib.domain.procedure.model import Role
from chalicelib.domain.values.errors import Refusal
from chalicelib.services.lookups import find_region
from chalicelib.services.ports import Complaints, Directory

MOST_DUPLICATES = 200
"""Under one parent; past this number another complaint is the parent."""


def has_answer(parent: Complaint) -> bool:
    """Return whether a complaint has an answer for its duplicates: published, and neither disputed nor left.

    The answer to a protected report is for its reporter alone.
    """
    published = bool(parent.published_answers) and not parent.protected
    return published and parent.state in ("answered", "resolved")


class ReferenceChecks:
    """The check of the regions, agencies, units, categories and other complaints that commands name."""

    def __init__(self, complaints: Complaints, directory: Directory) -> None:
        self._complaints = complaints
        self._directory = directory

    def check_references(self, before: Complaint, command: Command) -> Command:
        """Return the command with what the directory adds; raise ``Refusal`` for an unknown reference."""
        match command:
            case Verify(category=category):
                self._check_category(before.region, category)
                self._check_protection(before, command)
            case Reclassify(category=category):
                self._check_category(before.region, category)
            case Forward():
                return self._resolve_forward(before, command)
            case Dispose(unit=unit):
                self._check_unit(before, unit)
            case Reroute(region=region):
                self._check_target_region(region)
            case _:
                self._check_complaints(before, command)
        return command

    def _check_complaints(self, before: Complaint, command: Command) -> None:
        """Check the other complaints in a command. A protected one is refused as unknown."""
        match command:
            case Merge(parent=parent):
                self._check_parent(before, self._get_complaint(parent))
            case LinkComplaint(ticket=ticket):
                self._get_complaint(ticket)
            case Archive(earlier=str(earlier)):
                if not self._get_complaint(earlier).published_answers:
                    raise Refusal("earlier_unanswered")
            case _:
                pass

    def _check_target_region(self, region: str) -> None:
        """Check that the region has categories: a complaint that moves there is filed in one of them."""
        find_region(self._directory, region)
        if not self._directory.list_categories(region):
            raise Refusal("region_not_ready")

    def _check_category(self, region: str, category: str | None) -> None:
        if category and self._directory.get_category(region, category) is None:
            raise Refusal("unknown_category")

    def _check_protection(self, before: Complaint, verify: Verify) -> None:
        """Check that a report that becomes protected has officers to read it, and is not about them."""
        if verify.confidential is None:
            return
        if not before.model_copy(update={"confidential": verify.confidential}).protected:
            return
        about = self._directory.get_agency(before.region, before.about_agency or "")
        if about and about.kind == "inspectorate":
            raise Refusal("protects_from_inspectorate")
        if not self._directory.list_officers_on_duty(before.region, Role.INSPECTORATE):
            raise Refusal("nobody_at_inspectorate")

    def _resolve_forward(self, before: Complaint, command: Forward) -> Forward:
        """Check the agencies. The directory, not the sender, decides who is reached by letter."""
        self._check_category(before.region, command.verify.category)
        if before.state != "verified":
            self._check_protection(before, command.verify)
        agency = self._get_agency(before.region, command.agency)
        for supporter in command.supporters:
            self._get_agency(before.region, supporter)
        procedure = load_procedure(before.procedure, before.procedure_version)
        grade = before.complaint_class if before.state == "verified" else command.verify.complaint_class
        if procedure.supervision_to_inspectorate and grade == "supervision" and agency.kind != "inspectorate":
            raise Refusal("goes_to_inspectorate")
        return command.model_copy(update={"by_letter": agency.by_letter})

    def _get_agency(self, region: str, name: str) -> Agency:
        agency = self._directory.get_agency(region, name)
        if agency is None:
            raise Refusal("unknown_agency")
        if agency.successor:
            raise Refusal("agency_succeeded", {"successor": agency.successor})
        if not agency.by_letter and not self._directory.list_officers_on_duty(region, Role.LIAISON, name):
            raise Refusal("agency_unstaffed")
        return agency

    def _check_unit(self, before: Complaint, unit: str | None) -> None:
        agency = self._directory.get_agency(before.region, before.agency) if before.agency else None
        units = {entry.id for entry in agency.units} if agency else set()
        if unit is None and units:
            raise Refusal("unit_missing")
        if unit is not None and unit not in units:
            raise Refusal("unknown_unit")

    def _check_parent(self, before: Complaint, parent: Complaint) -> None:
        """Check that the parent is in the same region, and is answered or still to be answered."""
        if parent.region != before.region:
            raise Refusal("other_region_link_only")
        if parent.state == "duplicate":
            raise Refusal("parent_is_duplicate", {"parent": parent.parent or ""})
        if parent.finished and not has_answer(parent):
            raise Refusal("parent_unanswered")
        if len(parent.children) >= MOST_DUPLICATES:
            raise Refusal("too_many_duplicates", {"most": str(MOST_DUPLICATES)})

    def _get_complaint(self, ticket: str) -> Complaint:
        complaint = self._complaints.get(ticket)
        if complaint is None or complaint.protected:
            raise Refusal("unknown_other_ticket")
        return complaint
