"""A procedure as a flowchart, in the shape that offices know from their own SOP (PermenPANRB 35/2012).

The printed head, then the rows with a column for each *pelaksana* and the *mutu baku*; below them, apart,
what was added to the printed table, and the times that run over several rows. SVG, made from the procedure
alone, and the same each time.
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
"""A heading stands on a sheet only with so much of its table."""


def render_flowchart(procedure: Procedure, language: Language, complaint: Complaint | None = None) -> str:
    """The picture. With a complaint of this procedure it shows which rows are done and where it stands."""
    canvas, pen = Canvas(), Pen()
    lines = FlowchartLines(procedure, language)
    table = FlowchartTable(procedure, language, _states(lines, procedure, complaint) if complaint else {})
    draw_head(canvas, pen, procedure, language)
    table.draw(canvas, pen, lines.printed)
    pen.y += 2 * _GAP
    pen.turn_unless(_FIRST_OF_A_TABLE)
    _paragraph(canvas, pen, get_text(language, "flowchart.ours"), _HEADING)
    table.draw(canvas, pen, lines.ours)
    pen.y += 2 * _GAP
    _draw_clocks(canvas, pen, lines.clocks, language)
    _draw_key(canvas, pen, language)
    title = get_text(language, "flowchart.title", title=procedure.title.get_words(language))
    return canvas.picture((WIDTH, pen.whole), title, language)


def _states(lines: FlowchartLines, procedure: Procedure, complaint: Complaint) -> dict[str, str]:
    """Which marks are done, and at which the complaint is."""
    states = dict.fromkeys(map(str, complaint.rows_done), "done")
    step = complaint.step
    if step is None:
        return states
    rows = lines.rows_of(procedure.get_step(step.name))
    here = next((row for row in rows if row not in complaint.rows_done), rows[-1] if rows else None)
    return {**states, str(here) if here else lines.mark_of(step.name): "here"}


def _draw_clocks(canvas: Canvas, pen: Pen, clocks: tuple[RunningTime, ...], language: Language) -> None:
    pen.turn_unless(_FIRST_OF_A_TABLE / 2)
    canvas.open("clocks")
    _paragraph(canvas, pen, get_text(language, "flowchart.clocks"), _HEADING)
    for clock in clocks:
        basis = get_text(language, "flowchart.basis", basis=clock.basis) if clock.basis else ""
        decision = f"D: {clock.decision}" if clock.decision else ""
        name = f"{clock.name}: {clock.time}" if clock.time else clock.name
        _paragraph(canvas, pen, ". ".join(one for one in (name, basis, decision) if one), _BODY)
    canvas.close()


def _draw_key(canvas: Canvas, pen: Pen, language: Language) -> None:
    canvas.open("key")
    _paragraph(canvas, pen, get_text(language, "flowchart.key"), _BODY)
    canvas.close()


def _paragraph(canvas: Canvas, pen: Pen, words: str, style: Style) -> None:
    lines = wrap(words, style.size, ROOM, bold=style.bold)
    pen.turn_unless(len(lines) * style.leading)
    canvas.words(lines, (MARGIN, pen.y), style)
    pen.y += len(lines) * style.leading + style.size / 2
