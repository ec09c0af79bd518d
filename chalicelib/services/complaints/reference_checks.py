"""The names in a command: that each is known, and what the directory adds to them."""

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
"""Under one parent; past them another complaint is the parent."""


def has_answer(parent: Complaint) -> bool:
    """Whether there is an answer of a complaint for its duplicates: published, and not disputed or left.

    That to a protected report is its reporter's alone.
    """
    published = bool(parent.published_answers) and not parent.protected
    return published and parent.state in ("answered", "resolved")


class ReferenceChecks:
    """Regions, agencies, units, categories and other complaints, as commands name them."""

    def __init__(self, complaints: Complaints, directory: Directory) -> None:
        self._complaints = complaints
        self._directory = directory

    def check_references(self, before: Complaint, command: Command) -> Command:
        """The command, with what the directory knows; ``Refusal`` where it names what is not there."""
        match command:
            case Verify(category=category):
                self._check_category(before.region, category)
                self._check_protection(before, command)
            case Reclassify(category=category):
                self._check_category(before.region, category)
            case Forward():
                return self._resolved_forward(before, command)
            case Dispose(unit=unit):
                self._check_unit(before, unit)
            case Reroute(region=region):
                self._check_way_to(region)
            case _:
                self._check_complaints(before, command)
        return command

    def _check_complaints(self, before: Complaint, command: Command) -> None:
        """The other complaints in a command. Nobody learns of a protected one."""
        match command:
            case Merge(parent=parent):
                self._check_parent(before, self._complaint(parent))
            case LinkComplaint(ticket=ticket):
                self._complaint(ticket)
            case Archive(earlier=str(earlier)):
                if not self._complaint(earlier).published_answers:
                    raise Refusal("earlier_unanswered")
            case _:
                pass

    def _check_way_to(self, region: str) -> None:
        """What is moved to a region is filed there in one of its categories: without any it would be lost."""
        find_region(self._directory, region)
        if not self._directory.list_categories(region):
            raise Refusal("region_not_ready")

    def _check_category(self, region: str, category: str | None) -> None:
        if category and self._directory.get_category(region, category) is None:
            raise Refusal("unknown_category")

    def _check_protection(self, before: Complaint, verify: Verify) -> None:
        """What verifying makes a protected report finds somebody at the Inspektorat, and is not about it."""
        if verify.confidential is None:
            return
        if not before.model_copy(update={"confidential": verify.confidential}).protected:
            return
        about = self._directory.get_agency(before.region, before.about_agency or "")
        if about and about.kind == "inspectorate":
            raise Refusal("protects_from_inspectorate")
        if not self._directory.list_officers_on_duty(before.region, Role.INSPECTORATE):
            raise Refusal("nobody_at_inspectorate")

    def _resolved_forward(self, before: Complaint, command: Forward) -> Forward:
        """Whether the agency is reached by letter is the directory's to say, not the sender's."""
        self._check_category(before.region, command.verify.category)
        if before.state != "verified":
            self._check_protection(before, command.verify)
        agency = self._agency(before.region, command.agency)
        for supporter in command.supporters:
            self._agency(before.region, supporter)
        procedure = load_procedure(before.procedure, before.procedure_version)
        grade = before.complaint_class if before.state == "verified" else command.verify.complaint_class
        if procedure.supervision_to_inspectorate and grade == "supervision" and agency.kind != "inspectorate":
            raise Refusal("goes_to_inspectorate")
        return command.model_copy(update={"by_letter": agency.by_letter})

    def _agency(self, region: str, name: str) -> Agency:
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
        units = {one.id for one in agency.units} if agency else set()
        if unit is None and units:
            raise Refusal("unit_missing")
        if unit is not None and unit not in units:
            raise Refusal("unknown_unit")

    def _check_parent(self, before: Complaint, parent: Complaint) -> None:
        """A duplicate follows a complaint of its own region that is still to be answered, or was."""
        if parent.region != before.region:
            raise Refusal("other_region_link_only")
        if parent.state == "duplicate":
            raise Refusal("parent_is_duplicate", {"parent": parent.parent or ""})
        if parent.finished and not has_answer(parent):
            raise Refusal("parent_unanswered")
        if len(parent.children) >= MOST_DUPLICATES:
            raise Refusal("too_many_duplicates", {"most": str(MOST_DUPLICATES)})

    def _complaint(self, ticket: str) -> Complaint:
        found = self._complaints.get(ticket)
        if found is None or found.protected:
            raise Refusal("unknown_other_ticket")
        return found
