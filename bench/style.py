"""Print how the code reads, in figures: sizes, names, docstrings, imports; for this tree or an older one."""

import argparse
import ast
import json
import re
import statistics
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from bench.english import begins_with_verb, count_words, first_word, is_participle, is_verb
from bench.report import get_percentile, print_table
from bench.source import (
    Function,
    SourceTree,
    count_arrows,
    count_lines,
    find_circles,
    find_reachable,
    group_graph,
    is_below,
    is_property,
    list_shared,
)

ROOT = Path(__file__).resolve().parents[1]
SHARED_FILES = 5
"""A first word is a common one if it starts functions in at least so many files."""
DECISION = re.compile(r"ask_?for_?time|time_?asked", re.IGNORECASE)
"""A sample decision and its event: the files that name them are those that one more decision would touch."""
MAIL_ROOMS = ("notifications", "notify", "aws", "storage", "services", "identity", "routing", "clock")
"""The rooms a mail passes between its queue and its channel, under today's names and yesterday's."""

CUSTOMARY = {"is", "has", "may", "can", "to", "of", "from", "main"}
"""First words of predicates, conversions and constructors, which count like verbs."""

Figure = int | float | str
Figures = dict[str, dict[str, Figure]]


def main() -> None:
    """Print the figures of a tree as tables or as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.style", description=__doc__)
    parser.add_argument(
        "tree", nargs="?", type=Path, default=ROOT, help="a folder with chalicelib/ and infra/"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args()
    if not (options.tree / "chalicelib").is_dir():
        sys.exit(f"{options.tree} has no chalicelib/")
    figures = measure(options.tree)
    if options.json:
        print(json.dumps(figures, indent=2))
        return
    for title, rows in figures.items():
        print_table(title, ("", "figure"), list(rows.items()))


def measure(root: Path) -> Figures:
    """Return all figures of a tree, by subject."""
    tree = SourceTree(root)
    functions = [function for module in tree for function in module.functions]
    return {
        "size": _measure_sizes(tree, functions),
        "names": _measure_names(tree),
        "first words of functions": _count_first_words(functions),
        "docstrings of functions": _measure_docstrings(functions),
        "imports": _measure_imports(tree),
        "one mail and one decision": _measure_changes(tree),
        "lines of procedure files": _measure_procedures(root),
    }


def _measure_sizes(tree: SourceTree, functions: list[Function]) -> dict[str, Figure]:
    files = [len(module.text.splitlines()) for module in tree]
    return _describe("functions", map(count_lines, functions)) | _describe("files", files)


def _describe(name: str, lines: Iterable[int]) -> dict[str, Figure]:
    values = sorted(lines)
    return {
        name: len(values),
        f"{name}: lines, median": statistics.median_low(values),
        f"{name}: lines, p90": get_percentile(values, 0.9),
        f"{name}: lines, max": values[-1],
    }


def _measure_names(tree: SourceTree) -> dict[str, Figure]:
    files: dict[str, set[str]] = defaultdict(set)
    for module in tree:
        for function in _list_named(module.functions):
            files[first_word(function.name)].add(module.name)
    functions = [function for module in tree for function in _list_named(module.functions)]
    words = [first_word(function.name) for function in functions]
    classes = [
        node.name
        for module in tree.list_below("chalicelib")
        for node in module.classes
        if node.name != "Meta"
    ]
    return {
        "functions (no properties, no dunders)": len(words),
        f"first word starts functions in {SHARED_FILES} files or more, %": _share(
            len(files[word]) >= SHARED_FILES for word in words
        ),
        "first word is a verb (or is, has, may, to, of …), %": _share(
            is_verb(word) or word in CUSTOMARY for word in words
        ),
        "different first words": len(set(words)),
        "first word is a participle": sum(map(is_participle, words)),
        "class names used twice in chalicelib": len(list_shared(classes)),
    }


def _list_named(functions: list[Function]) -> list[Function]:
    """Return the functions whose name somebody chose: properties are nouns, and dunders are Python's."""
    return [
        function for function in functions if not is_property(function) and not function.name.startswith("__")
    ]


def _count_first_words(functions: list[Function]) -> dict[str, Figure]:
    words = Counter(first_word(function.name) for function in _list_named(functions))
    return dict(words.most_common(12))


def _measure_docstrings(functions: list[Function]) -> dict[str, Figure]:
    texts = [text for function in functions if (text := _get_docstring(function))]
    return {
        "functions with a docstring": len(texts),
        "begins with a verb, %": _share(map(begins_with_verb, texts)),
        "three words or fewer": sum(count_words(text) <= 3 for text in texts),
    }


def _get_docstring(function: Function) -> str:
    return ast.get_docstring(function) or ""


def _measure_imports(tree: SourceTree) -> dict[str, Figure]:
    graph = tree.build_import_graph()
    figures: dict[str, Figure] = {}
    for base in ("chalicelib/domain", "chalicelib/services", "chalicelib"):
        rooms = group_graph(graph, partial(_get_room, base.replace("/", ".")))
        figures[f"{base}: rooms"] = len(rooms)
        figures[f"{base}: arrows between rooms"] = count_arrows(rooms)
        figures[f"{base}: rooms in circles"] = sum(map(len, find_circles(rooms)))
    packages = group_graph(graph, tree.get_package)
    return figures | {
        "packages": len(packages),
        "arrows between packages": count_arrows(packages),
        "packages in circles": sum(map(len, find_circles(packages))),
        "files in circles": sum(map(len, find_circles(graph))),
    }


def _get_room(base: str, name: str) -> str | None:
    """Return the folder or file directly in the base that a module belongs to."""
    if name == base or not is_below(name, base):
        return None
    return name.removeprefix(f"{base}.").split(".")[0]


def _measure_changes(tree: SourceTree) -> dict[str, Figure]:
    """Return how many files one mail passes and one decision touches.

    The mail is counted from imports: the modules of notifications, which `bootstrap` puts together, and the
    modules of MAIL_ROOMS that they and `workers/messages.py` reach. Through `bootstrap` all would be reached.
    """
    rooms = tuple(f"chalicelib.{room}" for room in MAIL_ROOMS)
    graph = {
        name: {target for target in targets if any(is_below(target, room) for room in rooms)}
        for name, targets in tree.build_import_graph().items()
    }
    worker = find_reachable(graph, "chalicelib.workers.messages")
    notices = {name for name in graph if any(is_below(name, room) for room in rooms[:2])}
    reached = worker | notices | {target for name in notices for target in find_reachable(graph, name)}
    files = [tree.root / "app.py", *_list_files(tree.root, ("chalicelib", "infra"))]
    return {
        "modules of notifications": len(notices),
        "modules that a mail can reach (static)": len(reached),
        "files that name one decision": sum(bool(DECISION.search(file.read_text("utf-8"))) for file in files),
    }


def _list_files(root: Path, folders: Iterable[str]) -> list[Path]:
    kinds = (".py", ".toml", ".html", ".j2", ".json", ".yaml")
    return [file for folder in folders for file in sorted((root / folder).rglob("*")) if file.suffix in kinds]


def _measure_procedures(root: Path) -> dict[str, Figure]:
    folder = root / "chalicelib" / "sops"
    files = sorted(folder.rglob("*.toml"))
    return {str(file.relative_to(folder)): len(file.read_text("utf-8").splitlines()) for file in files}


def _share(values: Iterable[bool]) -> float:
    """Return how many of a hundred are true."""
    truths = list(values)
    return round(100 * sum(truths) / len(truths), 1) if truths else 0.0


if __name__ == "__main__":
    main()
