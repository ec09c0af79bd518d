"""Draws every procedure in `docs/procedures`: `python -m infra pictures`.

Run it when a procedure, its texts or the drawing has changed; a test fails until then.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib.documents.flowchart import render_flowchart
from chalicelib.domain.procedure.loading import list_procedure_ids, load_procedure
from chalicelib.i18n.catalog import LANGUAGES

FOLDER = Path(__file__).parents[2] / "docs" / "procedures"


def render_pictures() -> Iterator[tuple[Path, str]]:
    """Yield each picture with the file it belongs in."""
    for name in list_procedure_ids():
        for language in LANGUAGES:
            yield FOLDER / f"{name}.{language}.svg", render_flowchart(load_procedure(name), language)


def main() -> int:
    argparse.ArgumentParser(prog="python -m infra pictures", description=__doc__).parse_args()
    for file, picture in render_pictures():
        file.write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
