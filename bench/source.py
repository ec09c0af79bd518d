"""The Python files of a tree as the report and the guards read them: modules, imports, functions, circles."""

import ast
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

FOLDERS = ("chalicelib", "infra")
"""The code of production, and the code that builds and operates it; `app.py` counts in both figures."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Graph = Mapping[str, Iterable[str]]
"""For each node the nodes that it uses."""


@dataclass(frozen=True)
class Module:
    """A Python file and its dotted name."""

    name: str
    file: Path

    @cached_property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, str(self.file))

    @property
    def is_package(self) -> bool:
        return self.file.name == "__init__.py"

    @property
    def package(self) -> str:
        """Return the dotted name of the folder."""
        return self.name if self.is_package else self.name.rpartition(".")[0]

    @cached_property
    def functions(self) -> list[Function]:
        """Return every function and method, nested ones too."""
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]

    @cached_property
    def classes(self) -> list[ast.ClassDef]:
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.ClassDef)]

    @cached_property
    def imports(self) -> frozenset[str]:
        """Return all imported names in full; late imports and those for types included.

        `from a.b import c` gives `a.b.c`: whether `c` is a module or a name in `a.b`, only the tree can tell.
        """
        names: set[str] = set()
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names |= {f"{self._resolve_source(node)}.{alias.name}" for alias in node.names}
        return frozenset(names)

    def _resolve_source(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        parts = self.package.split(".")
        parents = parts[: len(parts) - node.level + 1]
        return ".".join([*parents, *([node.module] if node.module else [])])


class SourceTree:
    """All modules of the named folders below a root, and `app.py` if it is there."""

    def __init__(self, root: Path, folders: Iterable[str] = FOLDERS) -> None:
        self.root = root
        files = [
            root / "app.py",
            *(file for folder in folders for file in sorted((root / folder).rglob("*.py"))),
        ]
        self.modules = {
            name: Module(name, file) for file in files if file.exists() for name in [self._get_name(file)]
        }

    def _get_name(self, file: Path) -> str:
        parts = file.relative_to(self.root).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def __iter__(self) -> Iterator[Module]:
        return iter(self.modules.values())

    def overlay(self, other: "SourceTree") -> "SourceTree":
        """Return this tree with the other's modules added, or put in the place of those of the same name."""
        both = SourceTree(self.root, ())
        both.modules = self.modules | other.modules
        return both

    def list_below(self, package: str) -> list[Module]:
        """Return the modules of a package and of the packages in it."""
        return [module for module in self if is_below(module.name, package)]

    def get_path(self, name: str) -> str:
        """Return a module's path as messages name it: `chalicelib/settings.py`."""
        path = name.replace(".", "/")
        return f"{path}/__init__.py" if self.modules[name].is_package else f"{path}.py"

    def find_imports(self, module: Module) -> set[str]:
        """Return the modules of this tree that a module imports, itself excepted."""
        targets = {self._find_module(name) for name in module.imports}
        return {target for target in targets if target and target != module.name}

    def _find_module(self, name: str) -> str | None:
        while name and name not in self.modules:
            name = name.rpartition(".")[0]
        return name or None

    def get_package(self, name: str) -> str:
        """Return a module's folder.

        A file directly in `chalicelib` or `infra` counts for itself; so does the `__init__.py` of a folder
        with packages in it (`chalicelib.web.__init__`): it may put them together.
        """
        module = self.modules[name]
        if module.is_package:
            return f"{name}.__init__" if self._has_packages(name) else name
        return module.package if "." in module.package else name

    def _has_packages(self, name: str) -> bool:
        return any(other.is_package and other.name.startswith(f"{name}.") for other in self)

    def build_import_graph(self) -> dict[str, set[str]]:
        return {module.name: self.find_imports(module) for module in self}


def is_below(name: str, package: str) -> bool:
    """Tell whether a dotted name is the package itself or lies in it."""
    return name == package or name.startswith(f"{package}.")


def group_graph(graph: Graph, group: Callable[[str], str | None]) -> dict[str, set[str]]:
    """Return the arrows between groups of nodes; nodes whose group is None are left out."""
    grouped: dict[str, set[str]] = defaultdict(set)
    for node, targets in graph.items():
        if (source := group(node)) is not None:
            grouped[source] |= {other for target in targets if (other := group(target)) not in (None, source)}
    return dict(grouped)


def count_arrows(graph: Graph) -> int:
    return sum(len(set(targets)) for targets in graph.values())


def find_circles(graph: Graph) -> list[list[str]]:
    """Return the groups of two or more nodes that reach each other."""
    reachable = {node: find_reachable(graph, node) for node in graph}
    circles = {
        tuple(sorted(other for other in reachable[node] if node in reachable.get(other, ())))
        for node in graph
        if node in reachable[node]
    }
    return [list(circle) for circle in sorted(circles)]


def find_reachable(graph: Graph, start: str) -> set[str]:
    """Return every node that an arrow or a chain of arrows leads to from the start."""
    reached: set[str] = set()
    waiting = list(graph.get(start, ()))
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(graph.get(node, ()))
    return reached


def is_property(function: Function) -> bool:
    names = {getattr(node, "id", getattr(node, "attr", "")) for node in function.decorator_list}
    return bool(names & {"property", "cached_property"})


def count_lines(function: Function) -> int:
    """Return the lines from `def` (decorators not counted) to the end, the docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def list_shared(names: Iterable[str]) -> list[str]:
    """Return the names that occur more than once."""
    return sorted(name for name, count in Counter(names).items() if count > 1)
