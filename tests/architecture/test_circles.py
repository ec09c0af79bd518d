"""No circle of imports, neither between packages nor between files; late imports count as well."""

from bench.source import SourceTree, find_circles, group_graph
from tests.architecture.conftest import Plant


def find_file_circles(tree: SourceTree) -> list[list[str]]:
    return find_circles(tree.build_import_graph())


def find_package_circles(tree: SourceTree) -> list[list[str]]:
    return find_circles(group_graph(tree.build_import_graph(), tree.get_package))


def test_no_files_import_each_other(tree: SourceTree) -> None:
    assert find_file_circles(tree) == []


def test_no_packages_import_each_other(tree: SourceTree) -> None:
    assert find_package_circles(tree) == []


def test_a_circle_of_three_files_is_found(plant: Plant) -> None:
    plant("chalicelib/i18n/first.py", "from chalicelib.i18n import second")
    plant(
        "chalicelib/i18n/second.py",
        "def late():\n    from chalicelib.i18n.third import THIRD\n    return THIRD",
    )
    planted = plant("chalicelib/i18n/third.py", "import chalicelib.i18n.first\nTHIRD = 3")
    circle = ["chalicelib.i18n.first", "chalicelib.i18n.second", "chalicelib.i18n.third"]
    assert circle in find_file_circles(planted)


def test_a_circle_between_the_tools_files_is_found(plant: Plant) -> None:
    plant("infra/deploy/first.py", "from . import second")
    planted = plant("infra/deploy/second.py", "from .first import build")
    assert ["infra.deploy.first", "infra.deploy.second"] in find_file_circles(planted)


def test_a_circle_of_packages_whose_files_make_none_is_found(plant: Plant) -> None:
    plant("chalicelib/attic/first.py", "from chalicelib.cellar import second")
    plant("chalicelib/cellar/second.py", "")
    plant("chalicelib/cellar/third.py", "from chalicelib.attic import fourth")
    planted = plant("chalicelib/attic/fourth.py", "")
    assert ["chalicelib.attic", "chalicelib.cellar"] in find_package_circles(planted)
    assert not any("chalicelib.attic.first" in circle for circle in find_file_circles(planted))
