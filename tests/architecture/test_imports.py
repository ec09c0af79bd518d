"""Who may import what from outside: the domain nothing but its floor, AWS's libraries one package only."""

from bench.source import Module, SourceTree, is_below
from tests.architecture.conftest import Plant
from tests.paths import ROOT

FRAMEWORKS = {"boto3", "botocore", "pynamodb", "chalice", "aws_lambda_powertools"}
AWS_LIBRARIES = {"boto3", "botocore", "pynamodb"}
TOOLS = {"infra", "bench", "tests", "moto", "ministack", "pytest"}
BELOW_THE_DOMAIN = ("chalicelib.domain", "chalicelib.i18n", "chalicelib.settings", "chalicelib.telemetry")


def find_impurities(tree: SourceTree) -> list[str]:
    """Return the imports with which the domain, at any depth, would leave its floor or meet a framework."""
    problems = []
    for module in tree.list_below("chalicelib.domain"):
        for name in sorted(module.imports):
            leaves = is_below(name, "chalicelib") and not any(
                is_below(name, floor) for floor in BELOW_THE_DOMAIN
            )
            if leaves or get_library(name) in FRAMEWORKS:
                problems.append(describe(tree, module, name))
    return problems


def find_aws_imports(tree: SourceTree) -> list[str]:
    """Return the imports of AWS's libraries in the application outside `chalicelib/aws`."""
    return [
        describe(tree, module, name)
        for module in list_application(tree)
        if not is_below(module.name, "chalicelib.aws")
        for name in sorted(module.imports)
        if get_library(name) in AWS_LIBRARIES
    ]


def find_tool_imports(tree: SourceTree) -> list[str]:
    """Return the imports with which the application would need its own tools or tests."""
    return [
        describe(tree, module, name)
        for module in list_application(tree)
        for name in sorted(module.imports)
        if get_library(name) in TOOLS
    ]


def list_application(tree: SourceTree) -> list[Module]:
    return [module for module in tree if not is_below(module.name, "infra")]


def get_library(name: str) -> str:
    return name.partition(".")[0]


def describe(tree: SourceTree, module: Module, name: str) -> str:
    return f"{tree.get_path(module.name)} imports {name}"


def test_the_domain_imports_no_framework_and_nothing_above_it(tree: SourceTree) -> None:
    assert find_impurities(tree) == []


def test_a_framework_deep_in_the_domain_is_found(plant: Plant) -> None:
    planted = plant("chalicelib/domain/complaint/rules/late.py", "def ring():\n    import boto3\n")
    assert find_impurities(planted) == ["chalicelib/domain/complaint/rules/late.py imports boto3"]


def test_an_import_from_above_in_the_domain_is_found(plant: Plant) -> None:
    text = "if TYPE_CHECKING:\n    from chalicelib.services.ports import Clock\n"
    planted = plant("chalicelib/domain/time/now.py", text)
    assert find_impurities(planted) == [
        "chalicelib/domain/time/now.py imports chalicelib.services.ports.Clock"
    ]


def test_a_relative_import_from_above_in_the_domain_is_found(plant: Plant) -> None:
    planted = plant("chalicelib/domain/time/now.py", "from ...services import ports\n")
    assert find_impurities(planted) == ["chalicelib/domain/time/now.py imports chalicelib.services.ports"]


def test_only_one_package_imports_the_libraries_of_aws(tree: SourceTree) -> None:
    assert find_aws_imports(tree) == []


def test_an_aws_library_elsewhere_is_found(plant: Plant) -> None:
    planted = plant("chalicelib/workers/mail.py", "from botocore.exceptions import ClientError\n")
    assert "chalicelib/workers/mail.py imports botocore.exceptions.ClientError" in find_aws_imports(planted)


def test_the_application_never_imports_its_tools(tree: SourceTree) -> None:
    assert find_tool_imports(tree) == []


def test_an_application_that_imports_its_tools_is_found(plant: Plant) -> None:
    planted = plant("app.py", "from infra.operations import officers\n")
    assert find_tool_imports(planted) == ["app.py imports infra.operations.officers"]


def find_imported_tests(tree: SourceTree) -> list[str]:
    """Return the imports of one test file by another: shared helpers have files of their own."""
    return [
        describe(tree, module, name)
        for module in tree
        for name in sorted(module.imports)
        if is_below(name, "tests") and any(part.startswith("test_") for part in name.split(".")[:-1])
    ]


def test_no_test_file_imports_another() -> None:
    assert find_imported_tests(SourceTree(ROOT, ["tests"])) == []


def test_a_test_file_that_imports_another_is_found(plant: Plant) -> None:
    planted = plant("infra/new.py", "from tests.unit.workers.test_workers import LAMBDA")
    assert find_imported_tests(planted) == ["infra/new.py imports tests.unit.workers.test_workers.LAMBDA"]
