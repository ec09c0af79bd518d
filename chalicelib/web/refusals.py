"""Every refusal that a caller can meet: its HTTP status, and the field it is about.

The sentences of each are in the catalogues (``refusals.<code>``).
"""

from collections.abc import Mapping
from typing import NamedTuple


class RefusalKind(NamedTuple):
    """A refusal's HTTP status, and the JSON pointer of the field in the request's body that it is about.

    400 is for what cannot be read, 422 for what can be and is not right, 409 for what came too late.
    ``retry_after`` are the seconds to wait where the refusal itself does not say.
    """

    status: int
    pointer: str | None = None
    retry_after: int | None = None


REFUSALS: Mapping[str, RefusalKind] = {
    # The request itself
    "not_json": RefusalKind(400),
    "idempotency_key_missing": RefusalKind(400),
    "bad_cursor": RefusalKind(400),
    "signed_out": RefusalKind(401),
    "wrong_password": RefusalKind(401),
    "not_found": RefusalKind(404),
    "method_not_allowed": RefusalKind(405),
    "wrong_content_type": RefusalKind(415),
    "invalid": RefusalKind(422),
    "key_reused": RefusalKind(422),
    "tag_missing": RefusalKind(428),
    "stale": RefusalKind(412),
    "too_often": RefusalKind(429, retry_after=60),
    "too_many_tries": RefusalKind(429, retry_after=300),
    "unforeseen": RefusalKind(500),
    "busy": RefusalKind(503, retry_after=2),
    # Whose it is
    "form_expired": RefusalKind(403),
    "not_confirmed": RefusalKind(403),
    "not_your_complaint": RefusalKind(403),
    "not_your_role": RefusalKind(403),
    "not_your_step": RefusalKind(403),
    "officer_not_on_duty": RefusalKind(403),
    "ticket_mistyped": RefusalKind(404),
    "unknown_ticket": RefusalKind(404),
    "unknown_procedure": RefusalKind(404),
    "link_still_good": RefusalKind(409),
    "link_unknown": RefusalKind(404),
    "link_expired": RefusalKind(410),
    "link_superseded": RefusalKind(410),
    "bundle_unknown": RefusalKind(404),
    "bundle_expired": RefusalKind(410),
    "bundle_replaced": RefusalKind(410),
    # How the complaint stands
    "already_accepted": RefusalKind(409),
    "already_closed": RefusalKind(409),
    "calendar_changed": RefusalKind(409),
    "calendar_unchanged": RefusalKind(409),
    "asked_too_often": RefusalKind(409),
    "decided_by_coordinator": RefusalKind(409),
    "has_duplicates": RefusalKind(409),
    "items_asked_before": RefusalKind(409),
    "not_closed": RefusalKind(409),
    "not_in_this_step": RefusalKind(409),
    "not_referred": RefusalKind(409),
    "not_verified_yet": RefusalKind(409),
    "parent_is_duplicate": RefusalKind(409, "#/parent"),
    "parent_unanswered": RefusalKind(409, "#/parent"),
    "reminded_recently": RefusalKind(409),
    "reporter_withdrew": RefusalKind(409),
    "step_is_done": RefusalKind(409),
    "too_late_to_reopen": RefusalKind(409),
    "too_many_duplicates": RefusalKind(409, "#/parent"),
    "too_many_links": RefusalKind(409),
    "too_many_notes": RefusalKind(409),
    "too_many_answers": RefusalKind(409),
    "too_many_replies": RefusalKind(409),
    "login_taken": RefusalKind(409),
    # What was given
    "about_inspectorate": RefusalKind(422, "#/about_agency"),
    "agency_succeeded": RefusalKind(422, "#/agency"),
    "bad_login": RefusalKind(422, "#/login"),
    "code_expired": RefusalKind(422, "#/code"),
    "date_passed": RefusalKind(422),
    "date_too_far": RefusalKind(422),
    "earlier_missing": RefusalKind(422, "#/earlier"),
    "earlier_unanswered": RefusalKind(422, "#/earlier"),
    "day_out_of_range": RefusalKind(422, "#/day"),
    "file_type_mismatch": RefusalKind(422, "#/uploads"),
    "file_too_large": RefusalKind(422, "#/uploads"),
    "file_type": RefusalKind(422, "#/uploads"),
    "goes_to_inspectorate": RefusalKind(422, "#/agency"),
    "inspectorate_unstaffed": RefusalKind(422, "#/about_agency"),
    "missing_details": RefusalKind(422, "#/text"),
    "missing_document": RefusalKind(422, "#/uploads"),
    "missing_identity": RefusalKind(422, "#/text"),
    "missing_photo": RefusalKind(422, "#/uploads"),
    "missing_place": RefusalKind(422, "#/place"),
    "missing_time": RefusalKind(422, "#/text"),
    "name_missing": RefusalKind(422, "#/name"),
    "nobody_at_inspectorate": RefusalKind(422, "#/confidential"),
    "nothing_asked": RefusalKind(422, "#/missing"),
    "nothing_given": RefusalKind(422),
    "other_region_link_only": RefusalKind(422, "#/parent"),
    "own_duplicate": RefusalKind(422),
    "coordinates_incomplete": RefusalKind(422, "#/place"),
    "place_outside": RefusalKind(422, "#/place"),
    "place_swapped": RefusalKind(422, "#/place"),
    "proof_missing": RefusalKind(422, "#/uploads"),
    "protects_from_inspectorate": RefusalKind(422, "#/confidential"),
    "received_later": RefusalKind(422, "#/received_at"),
    "received_long_ago": RefusalKind(422, "#/received_at"),
    "region_not_ready": RefusalKind(422, "#/region"),
    "same_region": RefusalKind(422, "#/region"),
    "scan_missing": RefusalKind(422, "#/uploads"),
    "text_empty": RefusalKind(422),
    "text_too_long": RefusalKind(422),
    "too_many_files": RefusalKind(422, "#/uploads"),
    "too_many_supporters": RefusalKind(422, "#/supporters"),
    "unit_missing": RefusalKind(422, "#/unit"),
    "unknown_agency": RefusalKind(422, "#/agency"),
    "agency_unstaffed": RefusalKind(422, "#/agency"),
    "unknown_category": RefusalKind(422, "#/category"),
    "unknown_decision": RefusalKind(422, "#/decision"),
    "unknown_other_ticket": RefusalKind(422),
    "unknown_region": RefusalKind(422, "#/region"),
    "unknown_unit": RefusalKind(422, "#/unit"),
    "upload_missing": RefusalKind(422, "#/uploads"),
    "weak_password": RefusalKind(422, "#/password"),
    "wrong_code": RefusalKind(422, "#/code"),
    "month_unknown": RefusalKind(422),
    "year_out_of_range": RefusalKind(422),
}
"""``key_reused`` is 422 as in the IETF's draft on ``Idempotency-Key``: repeating it will never succeed."""
