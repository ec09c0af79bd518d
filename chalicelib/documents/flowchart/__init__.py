"""A procedure as a flowchart, in the form that offices know from their own SOP (PermenPANRB 35/2012).

It has the printed head, then the rows with a column for each *pelaksana* and the *mutu baku*. Below them it
has the additions to the printed table, and the times that run over several rows. The SVG is made from the
procedure alone, and is the same each time.
"""

from chalicelib.documents.flowchart.canvas import Canvas, Style
from chalicelib.documents.flowchart.head import draw_head
from chalicelib.documents.flowchart.lettering import wrap
from chalicelib.documents.flowchart.lines import FlowchartLines, RunningTime
from chalicelib.documents.flowchart.sheet import MARGIN, ROOM, WIDTH, Pen
from chalicelib.documents.flowchart.table import FlowchartTable
from chalicelib.domain.complaint.state import Complaint
from chalicelib.domain.procedure.model import Procedure
from chalicelib.i18n.catalog import get_text
from chalicelib.i18n.dates import Language

MEDIA_TYPE = "image/svg+xml"

_HEADING = Style(12, bold=True)
_BODY = Style(9.5)
_GAP = 12.0
_FIRST_OF_A_TABLE = 190.0
"""A heading needs this much of its table on the same sheet."""


def render_flowchart(procedure: Procedure, language: Language, complaint: Complaint | None = None) -> str:
    """Return the picture as SVG. With a complaint it shows the rows done and the current row."""
    canvas, pen = Canvas(), Pen()
    lines = FlowchartLines(procedure, language)
    table = FlowchartTable(
        procedure, language, _find_states(lines, procedure, complaint) if complaint else {}
    )
    draw_head(canvas, pen, procedure, language)
    table.draw(canvas, pen, lines.printed)
    pen.y += 2 * _GAP
    pen.turn_page_unless(_FIRST_OF_A_TABLE)
    _draw_paragraph(canvas, pen, get_text(language, "flowchart.ours"), _HEADING)
    table.draw(canvas, pen, lines.additions)
    pen.y += 2 * _GAP
    _draw_times(canvas, pen, lines.running_times, language)
    _draw_key(canvas, pen, language)
    title = get_text(language, "flowchart.title", title=procedure.title.get_words(language))
    return canvas.to_svg((WIDTH, pen.total_height), title, language)


def _find_states(lines: FlowchartLines, procedure: Procedure, complaint: Complaint) -> dict[str, str]:
    """Return the marks that are done, and the mark at which the complaint is."""
    states = dict.fromkeys(map(str, complaint.rows_done), "done")
    step = complaint.step
    if step is None:
        return states
    rows = lines.list_row_numbers(procedure.get_step(step.name))
    here = next((row for row in rows if row not in complaint.rows_done), rows[-1] if rows else None)
    return {**states, str(here) if here else lines.get_mark(step.name): "here"}


def _draw_times(canvas: Canvas, pen: Pen, times: tuple[RunningTime, ...], language: Language) -> None:
    pen.turn_page_unless(_FIRST_OF_A_TABLE / 2)
    canvas.open_group("clocks")
    _draw_paragraph(canvas, pen, get_text(language, "flowchart.clocks"), _HEADING)
    for time in times:
        basis = get_text(language, "flowchart.basis", basis=time.basis) if time.basis else ""
        decision = f"D: {time.decision}" if time.decision else ""
        name = f"{time.name}: {time.time}" if time.time else time.name
        _draw_paragraph(canvas, pen, ". ".join(part for part in (name, basis, decision) if part), _BODY)
    canvas.close_group()


def _draw_key(canvas: Canvas, pen: Pen, language: Language) -> None:
    canvas.open_group("key")
    _draw_paragraph(canvas, pen, get_text(language, "flowchart.key"), _BODY)
    canvas.close_group()


def _draw_paragraph(canvas: Canvas, pen: Pen, text: str, style: Style) -> None:
    lines = wrap(text, style.size, ROOM, bold=style.bold)
    pen.turn_page_unless(len(lines) * style.leading)
    canvas.draw_text(lines, (MARGIN, pen.y), style)
    pen.y += len(lines) * style.leading + style.size / 2
