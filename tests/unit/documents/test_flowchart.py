"""The picture of a procedure, read as what it is: SVG."""

import re
import xml.etree.ElementTree as ET
from collections import Counter
from itertools import combinations

import pytest

from chalicelib.documents.flowchart import render_flowchart
from chalicelib.documents.flowchart.lettering import measure, wrap
from chalicelib.documents.flowchart.lines import FlowchartLine, FlowchartLines
from chalicelib.documents.flowchart.sheet import HEIGHT
from chalicelib.domain.procedure.loading import list_procedure_files, load_procedure, read_procedure
from chalicelib.domain.procedure.model import ACTS, ENDS, Procedure, Role, StepKind
from chalicelib.i18n.catalog import LANGUAGES, has_text
from chalicelib.i18n.dates import Language
from infra.operations.pictures import FOLDER, render_pictures
from tests.procedures import ASK, Life, every_procedure

PASSING_ON = {StepKind.RECORD: "record", StepKind.REVIEW: "publish", StepKind.DELIVER: "deliver"}
SVG = "{http://www.w3.org/2000/svg}"
Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

EVERY = [
    pytest.param(read_procedure(file), language, id=f"{file.stem}-{language}")
    for file in list_procedure_files()
    for language in LANGUAGES
]
"""Those of today, and the earlier ones under which complaints may still run."""


def read_picture(procedure: Procedure, language: Language = "id") -> ET.Element:
    return ET.fromstring(render_flowchart(procedure, language))  # noqa: S314 - our own


def find_groups(picture: ET.Element, kind: str, **data: str) -> list[ET.Element]:
    return [
        group
        for group in picture.iter(f"{SVG}g")
        if group.get("class") == kind
        and all(group.get(f"data-{name}") == text_in_svg for name, text_in_svg in data.items())
    ]


def get_words_of(element: ET.Element) -> str:
    return " ".join("".join(span.itertext()) for span in element.iter(f"{SVG}tspan"))


def get_box(rect: ET.Element) -> Box:
    x, y, wide, high = (float(rect.get(name, "")) for name in ("x", "y", "width", "height"))
    return x, y, x + wide, y + high


def get_outline(symbol: ET.Element) -> Box:
    rect, polygon = symbol.find(f"{SVG}rect"), symbol.find(f"{SVG}polygon")
    if rect is not None:
        return get_box(rect)
    assert polygon is not None
    points = [tuple(map(float, point.split(","))) for point in polygon.get("points", "").split()]
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def list_text_boxes(element: ET.Element) -> list[Box]:
    boxes = []
    for text in element.iter(f"{SVG}text"):
        size = float(text.get("font-size", ""))
        for span in text.iter(f"{SVG}tspan"):
            x, y, long = (float(span.get(name, "")) for name in ("x", "y", "textLength"))
            left = x - {"start": 0.0, "middle": long / 2, "end": long}[text.get("text-anchor", "")]
            boxes.append((left, y - size * 0.75, left + long, y + size * 0.2))
    return boxes


def overlap(first: Box, second: Box) -> bool:
    slack = 0.3
    across = min(first[2], second[2]) - max(first[0], second[0])
    down = min(first[3], second[3]) - max(first[1], second[1])
    return across > slack and down > slack


def is_within(inner: Box, outer: Box) -> bool:
    slack = 0.3
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


@pytest.mark.parametrize(("procedure", "language"), EVERY)
def test_every_printed_row_is_a_line_with_its_words_and_its_mutu_baku(
    procedure: Procedure, language: Language
) -> None:
    picture = read_picture(procedure, language)
    for row, _ in procedure.list_rows():
        (line,) = find_groups(picture, "line", mark=str(row.number))
        text_in_svg = get_words_of(line).replace("/ ", "/")
        for text in (row.does, row.needs, row.standard_time, row.output, row.decision):
            assert text is None or text.get_words(language).replace("/ ", "/") in text_in_svg


@pytest.mark.parametrize("procedure", every_procedure(), ids=lambda procedure: procedure.id)
def test_every_step_is_a_row_or_a_line_of_ours_with_its_time_and_legal_basis(procedure: Procedure) -> None:
    picture, lines = read_picture(procedure), FlowchartLines(procedure, "id")
    for step in procedure.steps:
        (line,) = find_groups(picture, "line", mark=lines.get_mark(step.name))
        if lines.get_mark(step.name).isalpha():
            assert step.standard_time.format("id") in get_words_of(line)
            assert step.legal_basis in get_words_of(line)


def find_landing(procedure: Procedure, lines: FlowchartLines, source: str, target: str) -> str:
    """Where an exit must lead: from a row past the steps of ours that only pass a complaint on to a row."""
    if target in ENDS or target == "back":
        return target
    step = procedure.get_step(target)
    while source.isdigit() and not step.rows and step.kind in PASSING_ON:
        step = procedure.get_step(step.exits[PASSING_ON[step.kind]])
    beyond = lines.get_mark(step.name)
    return beyond if beyond.isdigit() else lines.get_mark(target)


@pytest.mark.parametrize("procedure", every_procedure(), ids=lambda procedure: procedure.id)
def test_every_way_out_of_a_step_is_drawn_with_its_name(procedure: Procedure) -> None:
    picture, lines = read_picture(procedure), FlowchartLines(procedure, "id")
    for step in procedure.steps:
        rows = lines.list_row_numbers(step)
        mark = str(rows[-1]) if rows else lines.get_mark(step.name)
        ways = find_groups(picture, "way", source=mark)
        drawn = [way.get("data-target") for way in ways]
        for act, target in step.exits.items():
            goes = find_landing(procedure, lines, mark, target)
            assert goes in drawn or goes == mark, (step.name, act)
        for way in ways:
            assert get_words_of(way).startswith(way.get("data-label", "?")), "a way has its name"
            assert way.find(f"{SVG}polyline").get("marker-end"), "a way is an arrow"  # type: ignore[union-attr]
        if len(ways) > 1:
            assert all(way.get("data-label") for way in ways)
            assert find_groups(picture, "symbol", mark=mark, shape="diamond")


@pytest.mark.parametrize(("procedure", "language"), EVERY)
def test_no_symbol_lies_on_another_or_on_a_name_of_a_way(procedure: Procedure, language: Language) -> None:
    picture = read_picture(procedure, language)
    symbols = [get_outline(symbol) for symbol in find_groups(picture, "symbol")]
    inside = [text for symbol in find_groups(picture, "symbol") for text in list_text_boxes(symbol)]
    names = [
        text for way in find_groups(picture, "way") for text in list_text_boxes(way) if text not in inside
    ]
    assert not [pair for pair in combinations(symbols, 2) if overlap(*pair)]
    assert not [(name, second) for name in names for second in symbols if overlap(name, second)]
    assert not [pair for pair in combinations(names, 2) if overlap(*pair)]


@pytest.mark.parametrize(("procedure", "language"), EVERY)
def test_words_stay_within_their_cells_and_symbols_and_cells_within_their_sheet(
    procedure: Procedure, language: Language
) -> None:
    picture = read_picture(procedure, language)
    for cell in find_groups(picture, "cell"):
        rect = cell.find(f"{SVG}rect")
        assert rect is not None
        outer = get_box(rect)
        assert [text for text in list_text_boxes(cell) if not is_within(text, outer)] == []
        assert outer[1] // HEIGHT == (outer[3] - 1) // HEIGHT, "a page of paper cuts it"
    for symbol in find_groups(picture, "symbol"):
        assert [text for text in list_text_boxes(symbol) if not is_within(text, get_outline(symbol))] == []


@pytest.mark.parametrize(("procedure", "language"), EVERY)
def test_every_pentagon_names_a_line_that_is_there(procedure: Procedure, language: Language) -> None:
    picture = read_picture(procedure, language)
    marks = {line.get("data-mark") for line in find_groups(picture, "line")} | {"asal", "back"}
    assert {symbol.get("data-mark") for symbol in find_groups(picture, "symbol", shape="mark")} <= marks


def test_ways_between_rows_are_those_of_the_printed_table() -> None:
    lines = {line.mark: line for line in FlowchartLines(load_procedure("tarakan-2024"), "id").printed}

    def drawn(line: FlowchartLine) -> set[tuple[str, str]]:
        return {(way.target, way.leads) for way in line.arrows if way.leads in ("down", "lane")}

    assert [drawn(lines[mark]) for mark in "123456"] == [
        {("2", "down")},
        {("4", "lane"), ("3", "down")},
        {("4", "down")},
        {("5", "down"), ("2", "lane")},
        {("6", "down"), ("4", "lane")},
        set(),
    ]
    assert [lines[mark].shape for mark in "123456"] == [
        "start",
        "diamond",
        "box",
        "diamond",
        "diamond",
        "end",
    ]


def test_a_row_is_in_the_columns_that_the_table_marks() -> None:
    (row,) = [line for line in FlowchartLines(load_procedure("jawa-timur"), "id").printed if line.mark == "6"]
    assert row.roles == (Role.REGIONAL_ADMIN, Role.SYSTEM)
    (row,) = [
        line for line in FlowchartLines(load_procedure("tarakan-2024"), "id").printed if line.mark == "4"
    ]
    assert row.roles == (Role.LIAISON, Role.SECRETARIAT), "its steps' owners, who answers for it first"


def test_a_dissatisfied_reporter_leads_back_to_where_the_answer_takes_shape() -> None:
    picture = read_picture(load_procedure("disporbudpar"))
    (way,) = find_groups(picture, "way", label="Belum puas")
    assert way.get("data-target") == "4"


@pytest.mark.parametrize("procedure", every_procedure(), ids=lambda procedure: procedure.id)
def test_returns_lead_to_the_coordinator_and_a_reopening_back_to_work(procedure: Procedure) -> None:
    picture, lines = read_picture(procedure), FlowchartLines(procedure, "id")
    assert procedure.arbitration
    assert procedure.reopening
    returned = find_groups(picture, "way", label="Dikembalikan ke-2 kalinya")
    assert {way.get("data-target") for way in returned} == {lines.get_mark(procedure.arbitration.opens)}
    (reopened,) = find_groups(picture, "way", label="Dibuka kembali")
    assert reopened.get("data-target") == lines.get_mark(procedure.reopening.opens)


def test_a_step_of_ours_says_between_which_rows_it_stands() -> None:
    ours = {line.does: line.where for line in FlowchartLines(load_procedure("cirebon-2021"), "id").additions}
    assert ours["Memeriksa jawaban sebelum terbit"] == "antara 5, C, H dan 6"


@pytest.mark.parametrize("procedure", every_procedure(), ids=lambda procedure: procedure.id)
def test_the_head_is_as_printed_with_what_replaced_a_law(procedure: Procedure) -> None:
    (head,) = find_groups(read_picture(procedure), "head")
    header, text_in_svg = procedure.header, get_words_of(head)
    for text in (header.government, header.office, header.number, header.effective, header.warning):
        assert text in text_in_svg
    for law in header.legal_basis:
        assert law.text in text_in_svg
        assert law.replaced_by is None or f"(kini: {law.replaced_by})" in text_in_svg


@pytest.mark.parametrize("procedure", every_procedure(), ids=lambda procedure: procedure.id)
def test_the_times_that_no_row_has_stand_below_the_table(procedure: Procedure) -> None:
    (clocks,) = find_groups(read_picture(procedure), "clocks")
    for envelope in procedure.overall_deadlines:
        assert envelope.legal_basis in get_words_of(clocks)


def test_a_complaint_shows_what_is_done_and_where_it_stands() -> None:
    life = Life(load_procedure("cirebon-2021")).to_step("respond")
    picture = ET.fromstring(render_flowchart(life.procedure, "id", life.complaint))  # noqa: S314
    states = {line.get("data-mark"): line.get("data-state") for line in find_groups(picture, "line")}
    assert {mark: state for mark, state in states.items() if state} == {
        "1": "done",
        "2": "done",
        "3": "done",
        "4": "here",
    }
    assert "DI SINI" in get_words_of(find_groups(picture, "line", mark="4")[0])


def test_of_a_steps_rows_a_complaint_stands_at_the_first_that_is_not_done() -> None:
    life = Life(load_procedure("sp4n-national")).to_step("respond")
    accepted = life.complaint.model_copy(update={"rows_done": {**life.complaint.rows_done, 4: life.now}})
    picture = ET.fromstring(render_flowchart(life.procedure, "id", accepted))  # noqa: S314
    (line,) = [group for group in find_groups(picture, "line") if group.get("data-state") == "here"]
    assert line.get("data-mark") == "5"


def test_a_complaint_that_waits_for_its_reporter_stands_at_a_step_of_ours() -> None:
    life = Life(load_procedure("cirebon-2021")).to_step("verify")
    life.do(ASK, life.owner)
    picture = ET.fromstring(render_flowchart(life.procedure, "id", life.complaint))  # noqa: S314
    (line,) = [group for group in find_groups(picture, "line") if group.get("data-state") == "here"]
    assert "Melengkapi laporan" in get_words_of(line)


def test_a_finished_complaint_stands_nowhere() -> None:
    life = Life(load_procedure("cirebon-2021")).to_step("confirm")
    life.reach("due")
    picture = ET.fromstring(render_flowchart(life.procedure, "id", life.complaint))  # noqa: S314
    states = Counter(line.get("data-state") for line in find_groups(picture, "line"))
    assert (states["done"], states["here"]) == (7, 0)


def test_the_words_of_a_procedure_cannot_become_markup() -> None:
    procedure = load_procedure("cirebon-2021")
    sly = procedure.model_copy(
        update={"header": procedure.header.model_copy(update={"office": '<script>x</script> & "y"'})}
    )
    (head,) = find_groups(ET.fromstring(render_flowchart(sly, "id")), "head")  # noqa: S314
    assert '<script>x</script> & "y"' in get_words_of(head)


def test_a_picture_fetches_and_runs_nothing() -> None:
    for _, picture in render_pictures():
        assert not re.search(r"<(script|style|image|use|foreignObject)|href|style=|on\w+=|@import", picture)


def test_every_act_kind_and_end_has_its_words() -> None:
    keys = [
        *(f"flowchart.ways.{act}" for acts in ACTS.values() for act in acts),
        *(f"flowchart.kinds.{kind}" for kind in StepKind),
        *(f"flowchart.ends.{end}" for end in ENDS),
    ]
    assert [key for key in keys if not has_text(key)] == []


def test_letters_are_as_wide_as_helvetica_has_them() -> None:
    assert measure("Tuntas", 10) == pytest.approx(6.11 + 5.56 + 5.56 + 2.78 + 5.56 + 5)
    assert measure("jl. Wm", 10) == pytest.approx(2.22 + 2.22 + 2.78 + 2.78 + 9.44 + 8.33)


def test_words_wrap_within_their_room_and_lose_no_letter() -> None:
    text_in_svg = "Menerima laporan/saran/informasi masyarakat dari LAPOR!, atas disposisi"
    for room in (30, 60, 90, 150):
        lines = wrap(text_in_svg, 9.5, room)
        assert all(measure(line, 9.5) <= room for line in lines)
        assert "".join(lines).replace(" ", "") == text_in_svg.replace(" ", "")
    assert wrap("laporan/saran/informasi", 10, 60) == ("laporan/", "saran/", "informasi")


def test_the_pictures_in_the_documents_are_up_to_date() -> None:
    drawn = {file.name: picture for file, picture in render_pictures()}
    stored = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.svg")}
    assert sorted(stored) == sorted(drawn)
    old = [name for name, picture in drawn.items() if stored[name] != picture]
    assert old == [], "python -m infra.pictures draws them again"
