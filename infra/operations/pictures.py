"""Writes the picture of every procedure to `docs/procedures`: ``python -m infra.pictures``.

To be run when a procedure, its words or the drawing has changed; a test says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from chalicelib.documents.flowchart import render_flowchart
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.i18n.catalog import LANGUAGES

FOLDER = Path(__file__).parents[2] / "docs" / "procedures"


def pictures() -> Iterator[tuple[Path, str]]:
    """Each picture with the file it belongs in."""
    for name in list_procedure_ids():
        for language in LANGUAGES:
            yield FOLDER / f"{name}.{language}.svg", render_flowchart(load_procedure(name), language)


def main() -> None:
    """Write them."""
    for file, picture in pictures():
        file.write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
