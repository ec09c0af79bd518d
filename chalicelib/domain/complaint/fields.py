"""The kinds of field that a decision can have.

A command holds a reference where a person gave words or files; the kind of its field says how that reference
is made, which limits the given value has, and how a form asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from chalicelib.domain.complaint.state import ArchiveReason, Missing
from chalicelib.domain.procedure.model import ComplaintClass
from chalicelib.domain.values.files import FileRef
from chalicelib.domain.values.place import Place, check_place
from chalicelib.domain.values.sanitize import Lines, OneLine
from chalicelib.domain.values.sealed_text import LONGEST_TEXT, LONGEST_TITLE, TextRef
from chalicelib.domain.values.ticket import TicketError, parse_ticket
from chalicelib.domain.values.value import Value

MOST_FILES = 5

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
"""The name of a region, category, agency or unit."""
LongText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TEXT), Lines
]
ShortText = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), OneLine]
Title = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=LONGEST_TITLE), OneLine
]
UploadKey = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Uploads = Annotated[tuple[UploadKey, ...], Field(max_length=MOST_FILES)]
"""Keys of objects that were uploaded, as ``Files.upload_form`` gave them."""


class NewPlace(Value):
    """Where it happened: both coordinates (WGS 84 degrees), an address, or all three."""

    # A latitude may be given up to 180 degrees, so that swapped coordinates get a sentence of their own.
    latitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    address: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300), OneLine] = ""

    def to_place(self) -> Place:
        """Return the place as it is kept; raise ``Refusal`` where that is nowhere in Indonesia."""
        place = Place(**self.model_dump())
        check_place(place)
        return place


Control = Literal["line", "text", "date", "choice", "choices", "flag", "uploads"]
"""The ways in which a form asks for a field."""


@dataclass(frozen=True)
class FieldKind:
    """A kind of field: the type of what people give, and how a form asks for it.

    ``sealed`` is the kind of text it becomes where it may hold personal data: the command then has its
    reference. ``options`` names the list to choose from: a list of the directory, or with ``values`` the
    prefix of their words in the catalogue. A ``folded`` field is seldom needed.
    """

    input_type: Any
    control: Control = "line"
    sealed: str | None = None
    options: str | None = None
    values: tuple[str, ...] = ()
    folded: bool = False


def _check_ticket(ticket: str) -> str:
    try:
        return parse_ticket(ticket)
    except TicketError:
        raise PydanticCustomError("ticket_mistyped", "not a ticket number") from None


AgencyId = Annotated[str, FieldKind(Code, "choice", options="agencies")]
SupporterIds = Annotated[
    tuple[str, ...],
    FieldKind(Annotated[tuple[Code, ...], Field(max_length=10)], "choices", options="agencies", folded=True),
]
CategoryCode = Annotated[str, FieldKind(Code, "choice", options="categories")]
RegionSlug = Annotated[str, FieldKind(Code, "choice", options="regions")]
UnitId = Annotated[str, FieldKind(Code, "choice", options="units")]
TicketNumber = Annotated[str, FieldKind(Annotated[Code, AfterValidator(_check_ticket)])]
"""The number of another complaint, in any spelling."""

ClassName = Annotated[
    ComplaintClass,
    FieldKind(ComplaintClass, "choice", options="classes", values=get_args(ComplaintClass)),
]
ArchiveReasonName = Annotated[
    ArchiveReason,
    FieldKind(ArchiveReason, "choice", options="archive_reasons", values=get_args(ArchiveReason)),
]
MissingItems = Annotated[
    tuple[Missing, ...],
    FieldKind(
        Annotated[tuple[Missing, ...], Field(max_length=6)],
        "choices",
        options="missing",
        values=get_args(Missing),
    ),
]
"""The items for which the reporter is asked."""
HandoverOutcome = Annotated[
    Literal["answered", "closed"],
    FieldKind(
        Literal["answered", "closed"], "choice", options="decisions.outcomes", values=("answered", "closed")
    ),
]
WithIdentity = Annotated[
    bool, FieldKind(bool, "choice", options="decisions.identities", values=("true", "false"))
]
Flag = Annotated[bool, FieldKind(bool, "flag")]
FoldedFlag = Annotated[bool, FieldKind(bool, "flag", folded=True)]
Day = Annotated[date, FieldKind(date, "date")]
FoldedDay = Annotated[date, FieldKind(date, "date", folded=True)]
Line = Annotated[str, FieldKind(ShortText)]

SealedReason = Annotated[TextRef, FieldKind(LongText, "text", sealed="reason")]
SealedNote = Annotated[TextRef, FieldKind(LongText, "text", sealed="note")]
SealedAnswer = Annotated[TextRef, FieldKind(LongText, "text", sealed="answer")]
SealedReply = Annotated[TextRef, FieldKind(LongText, "text", sealed="reply")]
SealedInstruction = Annotated[TextRef, FieldKind(LongText, "text", sealed="instruction")]
SealedNarrative = Annotated[TextRef, FieldKind(LongText, "text", sealed="narrative")]
SealedTitle = Annotated[TextRef, FieldKind(Title, sealed="title")]
SealedOwner = Annotated[TextRef, FieldKind(ShortText, sealed="owner", folded=True)]
SealedPlace = Annotated[TextRef, FieldKind(NewPlace, sealed="place")]
Files = Annotated[tuple[FileRef, ...], FieldKind(Uploads, "uploads")]
"""The files of a decision; people give the keys of their ``uploads``."""


def list_fields(model: type[Value]) -> Mapping[str, FieldKind]:
    """Return the kinds of a command's fields that people give, in the order in which a form asks for them."""
    kinds = {name: _find_kind(field) for name, field in model.model_fields.items()}
    return {name: kind for name, kind in kinds.items() if kind}


def _find_kind(field: FieldInfo) -> FieldKind | None:
    """Return the kind in a field's annotation, also where the field may be left out."""
    for part in (*field.metadata, *(meta for each in get_args(field.annotation) for meta in get_args(each))):
        if isinstance(part, FieldKind):
            return part
    return None
