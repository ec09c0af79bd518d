"""Plain words: a short list of words that this project does not use, and where it does not use them."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.paths import ROOT

UNUSED = {
    "anew": "again",
    "whoever": "the person who, anybody who",
    "whomever": "the person whom",
    "whatever": "anything that, any",
    "upon": "on, when",
    "beside": "next to, besides, as well as",
    "mend|mends|mended|mending": "fix, repair",
    "dear|dearer|dearest": "expensive",
    "works?[ _]off|worked[ _]off|working[ _]off": "process, handle",
    "hands?[ _]on|handed[ _]on|handing[ _]on": "pass",
    "stands?_in|standing_in|stand-in": "delegation, deputy, act for",
    "stands? in for|standing in for|stood in for": "act for, deputy",
}
"""Words that are not used, as patterns, and what to write instead."""
PATTERN = re.compile(r"(?<![a-z])(" + "|".join(UNUSED) + r")(?![a-z])", re.IGNORECASE)

UNUSED_NAMES = {"there", "said", "told", "known", "given", "found"}
"""Participles that say nothing as the name of a variable, a parameter or a function."""

FOLDERS = ("chalicelib", "infra", "bench", "tests")
TEXTS = ("README.md", "CONTRIBUTING.md", "Makefile", "docs/**/*.md", "infra/**/*.toml", "infra/**/*.yaml")
ENGLISH = ("chalicelib/i18n/en.toml", "chalicelib/notifications/templates/en/**/*")
LETTERS = ("chalicelib/notifications/templates", "chalicelib/i18n")
LOG_METHODS = {"debug", "info", "warning", "error", "exception", "critical"}
THIS_FILE = "tests/architecture/test_words.py"

Line = tuple[int, str]


def find_unused_words(root: Path) -> list[str]:
    """Return every place where a word of the list is used, with what to write instead."""
    problems = set()
    for file in list_files(root):
        path = str(file.relative_to(root))
        text = file.read_text(encoding="utf-8")
        for number, line in read_python(text) if file.suffix == ".py" else read_prose(text, file.suffix):
            words = [match.group() for match in PATTERN.finditer(line)]
            problems |= {f"{path}:{number}: {w!r}, better: {suggest(w)}" for w in words if is_unused(path, w)}
    return sorted(problems)


def find_unused_names(root: Path) -> list[str]:
    """Return the variables, parameters and functions named with a bare participle, and `one` in loops.

    Tests are left out: `given` and `told` are the words of their sentences.
    """
    problems = []
    for file in list_files(root):
        path = str(file.relative_to(root))
        if file.suffix == ".py" and not path.startswith("tests/"):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            problems += [f"{path}:{number}: {name!r} as a name" for number, name in list_bare_names(tree)]
    return problems


def list_files(root: Path) -> list[Path]:
    code = [file for folder in FOLDERS for file in (root / folder).rglob("*.py")]
    texts = [file for pattern in (*TEXTS, *ENGLISH) for file in root.glob(pattern) if file.is_file()]
    files = {*code, *texts, *root.glob("app.py")}
    return sorted(file for file in files if file != root / THIS_FILE)


def read_python(text: str) -> Iterator[Line]:
    """Yield the identifiers (in snake case), comments, docstrings and log lines of a Python file."""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
        elif token.type == tokenize.NAME:
            yield token.start[0], split_identifier(token.string)
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield from enumerate(str(node.value.value).splitlines(), node.lineno)
        elif is_log_call(node):
            yield from read_strings(node)


def read_prose(text: str, suffix: str) -> Iterator[Line]:
    """Yield the lines of a text, without the code blocks of a document: they may show what not to write."""
    for number, line in enumerate(text.splitlines(), 1):
        if suffix != ".md" or not line.startswith("    "):
            yield number, line


def split_identifier(name: str) -> str:
    """Return an identifier with its words apart: `HandedOn` gives `Handed_On`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)


def is_log_call(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOG_METHODS
    )


def read_strings(node: ast.AST) -> Iterator[Line]:
    for part in ast.walk(node):
        if isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield part.lineno, part.value


def is_unused(path: str, word: str) -> bool:
    """Tell whether a word of the list is meant: "Dear" may open a letter."""
    return word.lower() != "dear" or not path.startswith(LETTERS)


def suggest(word: str) -> str:
    return next(better for pattern, better in UNUSED.items() if re.fullmatch(pattern, word, re.IGNORECASE))


def list_bare_names(tree: ast.Module) -> Iterator[Line]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id in UNUSED_NAMES:
            yield node.lineno, node.id
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name in UNUSED_NAMES:
            yield node.lineno, node.name
        elif isinstance(node, ast.arg) and node.arg in UNUSED_NAMES:
            yield node.lineno, node.arg
        elif isinstance(node, ast.For | ast.comprehension):
            yield from ((part.lineno, part.id) for part in list_targets(node.target) if part.id == "one")


def list_targets(target: ast.expr) -> Iterable[ast.Name]:
    return [node for node in ast.walk(target) if isinstance(node, ast.Name)]


def test_no_unused_word_is_used() -> None:
    assert find_unused_words(ROOT) == []


@pytest.mark.parametrize(
    ("path", "text", "problem"),
    [
        ("chalicelib/a.py", "def count_anew():\n    pass", "chalicelib/a.py:1: 'anew', better: again"),
        ("infra/a.py", "class HandedOn:\n    pass", "infra/a.py:1: 'Handed_On', better: pass"),
        (
            "app.py",
            'def send():\n    """Send to\n    whoever asks."""',
            "app.py:3: 'whoever', better: the person",
        ),
        ("bench/a.py", "x = 1  # upon arrival", "bench/a.py:1: 'upon', better: on, when"),
        (
            "tests/a.py",
            'log.warning("worked off %s", x)',
            "tests/a.py:1: 'worked off', better: process, handle",
        ),
        (
            "chalicelib/i18n/en.toml",
            'a = "Mend it"',
            "chalicelib/i18n/en.toml:1: 'Mend', better: fix, repair",
        ),
        ("docs/a/b.md", "Dear, beside a queue", "docs/a/b.md:1: 'beside', better: next to"),
        ("Makefile", "format: ## mend", "Makefile:1: 'mend', better: fix, repair"),
    ],
)
def test_an_unused_word_is_found(tmp_path: Path, path: str, text: str, problem: str) -> None:
    file = tmp_path / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    assert any(found.startswith(problem) for found in find_unused_words(tmp_path))


def test_a_salutation_and_a_stored_string_are_no_unused_words(tmp_path: Path) -> None:
    letter = tmp_path / "chalicelib/notifications/templates/en/letter.txt.j2"
    letter.parent.mkdir(parents=True)
    letter.write_text("Dear head of office,", encoding="utf-8")
    (tmp_path / "chalicelib/keys.py").write_text('KEY = "handed_on"', encoding="utf-8")
    assert find_unused_words(tmp_path) == []


def test_no_variable_is_named_with_a_bare_participle() -> None:
    assert find_unused_names(ROOT) == []


def test_a_variable_named_with_a_bare_participle_is_found(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def send(told):\n    found = [one for one in told]\n", encoding="utf-8")
    assert sorted(find_unused_names(tmp_path)) == [
        "app.py:1: 'told' as a name",
        "app.py:2: 'found' as a name",
        "app.py:2: 'one' as a name",
    ]
