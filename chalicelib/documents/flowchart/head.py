"""The printed head of a procedure, as in its form: the government, the number and dates, and six boxes."""

from collections.abc import Sequence

from chalicelib.documents.flowchart.canvas import HEAD, Canvas, Style
from chalicelib.documents.flowchart.lettering import wrap
from chalicelib.documents.flowchart.sheet import MARGIN, ROOM, Pen
from chalicelib.domain.procedure.model import Header, Law, Procedure
from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import Language

_PAD = 6.0
_HALF = ROOM / 2
_KEY = 130.0
_BODY = Style(9.5)
_TITLE = Style(9.5, bold=True)
_GREAT = Style(12.5, bold=True, anchor="middle")
_GAP = 14.0


def draw_head(canvas: Canvas, pen: Pen, procedure: Procedure, language: Language) -> None:
    """Draw the head. Blanks of the source stay blank; its texts are as printed, in Indonesian."""
    canvas.open_group("head")
    _draw_identity(canvas, pen, procedure, language)
    header = procedure.header
    for left, right in (
        ("legal_basis", "qualification"),
        ("related", "equipment"),
        ("warning", "recording"),
    ):
        boxes = [
            (get_text(language, f"flowchart.{key}"), _list_items(header, key, language))
            for key in (left, right)
        ]
        _draw_pair(canvas, pen, boxes)
    canvas.close_group()
    pen.y += _GAP


def _draw_identity(canvas: Canvas, pen: Pen, procedure: Procedure, language: Language) -> None:
    header = procedure.header
    fields = [
        (get_text(language, f"flowchart.{key}"), _wrap(getattr(header, key), _HALF - _KEY))
        for key in ("number", "made", "revised", "effective", "approved_by")
    ]
    fields.append(
        (get_text(language, "flowchart.name"), _wrap(procedure.title.get_words(language), _HALF - _KEY))
    )
    heights = [max(1, len(lines)) * _BODY.leading + 1.5 * _PAD for _, lines in fields]
    whole, top = sum(heights), pen.y
    names = [header.government, header.office, header.division]
    lines = [line for name in names for line in wrap(name, _GREAT.size, _HALF - 2 * _PAD, bold=True)]
    _open_cell(canvas, (MARGIN, top), (_HALF, whole))
    middle = top + (whole - len(lines) * _GREAT.leading) / 2
    canvas.draw_text(lines, (MARGIN + _HALF / 2, middle), _GREAT)
    canvas.close_group()
    for (key, value), height in zip(fields, heights, strict=True):
        _open_cell(canvas, (MARGIN + _HALF, pen.y), (_KEY, height), fill=HEAD)
        canvas.draw_text([key], (MARGIN + _HALF + _PAD, pen.y + _PAD / 2), _BODY)
        canvas.close_group()
        _open_cell(canvas, (MARGIN + _HALF + _KEY, pen.y), (_HALF - _KEY, height))
        canvas.draw_text(value, (MARGIN + _HALF + _KEY + _PAD, pen.y + _PAD / 2), _BODY)
        canvas.close_group()
        pen.y += height


def _draw_pair(canvas: Canvas, pen: Pen, boxes: Sequence[tuple[str, list[str]]]) -> None:
    lines = [[line for item in items for line in _wrap(item, _HALF)] for _, items in boxes]
    height = (max(len(box) for box in lines) + 1) * _BODY.leading + 2 * _PAD
    for place, (title, _) in enumerate(boxes):
        x = MARGIN + place * _HALF
        _open_cell(canvas, (x, pen.y), (_HALF, height))
        canvas.draw_text([title], (x + _PAD, pen.y + _PAD / 2), _TITLE)
        canvas.draw_text(lines[place], (x + _PAD, pen.y + _PAD / 2 + _TITLE.leading), _BODY)
        canvas.close_group()
    pen.y += height


def _open_cell(
    canvas: Canvas, at: tuple[float, float], size: tuple[float, float], *, fill: str = "none"
) -> None:
    canvas.open_group("cell")
    canvas.draw_box(at, size, fill=fill)


def _wrap(text: str, room: float) -> tuple[str, ...]:
    return wrap(text, _BODY.size, room - 2 * _PAD)


def _list_items(header: Header, key: str, language: Language) -> list[str]:
    value: str | tuple[str, ...] | tuple[Law, ...] = getattr(header, key)
    if isinstance(value, str):
        return [value] if value else []
    items = [_format_law(item, language) if isinstance(item, Law) else item for item in value]
    return [f"{number}. {item}" for number, item in enumerate(items, 1)] if len(items) > 1 else items


def _format_law(law: Law, language: Language) -> str:
    if law.replaced_by is None:
        return law.text
    return get_text(language, "flowchart.replaced_by", law=law.text, by=law.replaced_by)
