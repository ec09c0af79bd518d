"""The floors of the house: every package has its place in one list, and no import goes up."""

import pytest

from bench.source import SourceTree
from tests.architecture.conftest import Plant

FLOORS = (
    "infra.__main__",
    "infra.simulation",
    "infra.local",
    "infra.operations",
    "infra.deploy",
    "app",
    "web.__init__ > web.pages > web.api > web | workers | __main__",
    "bootstrap",
    "notifications > notifications.channels",
    "documents > documents.flowchart",
    "aws > aws.dynamodb",
    "services.records",
    "services.complaints",
    "services.views",
    "services.staff",
    "services",
    "domain.audit.verify",
    "domain.audit",
    "domain.lint",
    "domain.complaint",
    "domain.directory",
    "domain.procedure",
    "domain.time",
    "domain.values",
    "i18n | settings | telemetry",
)
"""From top to bottom. ">" divides steps of one floor; parts divided by "|" do not import each other.

Packages without their `chalicelib`; the tools' stand above all of it.
"""

Place = tuple[int, int, int]
"""Floor, part of the floor, step in the part; counted from the top."""


def read_places() -> dict[str, Place]:
    return {
        get_full_name(package): (floor, part, step)
        for floor, line in enumerate(FLOORS)
        for part, packages in enumerate(line.split(" | "))
        for step, package in enumerate(packages.split(" > "))
    }


def get_full_name(package: str) -> str:
    return package if package == "app" or package.startswith("infra.") else f"chalicelib.{package}"


def find_upward_imports(tree: SourceTree) -> list[str]:
    """Return the imports that do not go down; late ones and those for types too."""
    return [
        f"{tree.get_path(module.name)} imports {target}, which is not below it"
        for module in tree
        for target in sorted(tree.find_imports(module))
        if not goes_down(tree.get_package(module.name), tree.get_package(target))
    ]


def goes_down(package: str, target: str) -> bool:
    """Tell whether an import is allowed; an `__init__.py` over packages without a place imports nothing."""
    places = read_places()
    if package == target:
        return True
    if package not in places or target not in places:
        return target not in places
    (floor, part, step), (target_floor, target_part, target_step) = places[package], places[target]
    return floor < target_floor or (floor == target_floor and part == target_part and step < target_step)


def find_homeless_packages(tree: SourceTree) -> list[str]:
    """Return the packages that have no floor; an `__init__.py` over packages needs none."""
    packages = {tree.get_package(module.name) for module in tree}
    return sorted(package for package in packages - read_places().keys() if not package.endswith(".__init__"))


def test_no_import_goes_up(tree: SourceTree) -> None:
    assert find_upward_imports(tree) == []


def test_every_package_has_a_floor(tree: SourceTree) -> None:
    assert find_homeless_packages(tree) == []


def test_every_floor_is_a_package_that_exists(tree: SourceTree) -> None:
    assert read_places().keys() - {tree.get_package(module.name) for module in tree} == set()


@pytest.mark.parametrize(
    ("path", "text", "target"),
    [
        (
            "chalicelib/services/staff/new.py",
            "from chalicelib.services.views import reader",
            "services.views.reader",
        ),
        ("chalicelib/services/new.py", "def late():\n    from chalicelib import bootstrap", "bootstrap"),
        (
            "chalicelib/domain/procedure/new.py",
            "import chalicelib.domain.lint.findings",
            "domain.lint.findings",
        ),
        ("chalicelib/workers/new.py", "from chalicelib.web.problems import Problem", "web.problems"),
        (
            "chalicelib/aws/new.py",
            "if TYPE_CHECKING:\n    from chalicelib.notifications import notifier",
            "notifications.notifier",
        ),
    ],
    ids=["to a neighbouring service", "late", "inside the domain", "on the same floor", "for types only"],
)
def test_an_import_that_goes_up_is_found(plant: Plant, path: str, text: str, target: str) -> None:
    assert f"{path} imports chalicelib.{target}, which is not below it" in find_upward_imports(
        plant(path, text)
    )


def test_what_puts_the_pages_together_may_import_them(plant: Plant) -> None:
    problems = find_upward_imports(
        plant("chalicelib/web/__init__.py", "from chalicelib.web import pages, session")
    )
    assert not any(problem.startswith("chalicelib/web/__init__.py") for problem in problems)


def test_an_import_in_a_folder_that_only_holds_packages_is_found(plant: Plant) -> None:
    problems = find_upward_imports(plant("chalicelib/__init__.py", "from chalicelib import settings"))
    assert "chalicelib/__init__.py imports chalicelib.settings, which is not below it" in problems


def test_a_tool_that_imports_a_higher_tool_is_found(plant: Plant) -> None:
    problems = find_upward_imports(plant("infra/deploy/new.py", "from infra.local import cloud"))
    assert "infra/deploy/new.py imports infra.local.cloud, which is not below it" in problems


def test_a_package_without_a_floor_is_found(plant: Plant) -> None:
    assert "chalicelib.loft" in find_homeless_packages(plant("chalicelib/loft/box.py", ""))
    assert "chalicelib.loose" in find_homeless_packages(plant("chalicelib/loose.py", ""))
    assert "infra.loft" in find_homeless_packages(plant("infra/loft/__init__.py", ""))
