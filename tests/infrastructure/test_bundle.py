"""The archives: they load on Lambda, by themselves, and are the same for the same content."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra.deploy import bundle
from infra.deploy.build import BuildError, Package, check_wheels

IMPORT_EVERYTHING = """
import sys
sys.path[:0] = sys.argv[1:]
import app
import importlib, pkgutil, chalicelib
for module in pkgutil.walk_packages(chalicelib.__path__, "chalicelib."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
import phonenumbers, zoneinfo, holidays, boto3
zoneinfo.reset_tzpath([])
for zone in ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"):
    zoneinfo.ZoneInfo(zone)
days = holidays.country_holidays("ID", years=2026, categories=("public", "government"), language="id")
assert days["2026-08-17"] == "Hari Kemerdekaan Republik Indonesia", days
assert phonenumbers.is_valid_number(phonenumbers.parse("0812 3456 7890", "ID"))
phonenumbers.parse("+65 6123 4567", "ID")
for service in ("cognito-idp", "dynamodb", "kms", "s3", "sesv2", "sns", "sqs", "stepfunctions"):
    boto3.client(service, region_name="ap-southeast-3")
files = [getattr(module, "__file__", None) or "" for module in list(sys.modules.values())]
foreign = [file for file in files if "site-packages" in file and not file.startswith(tuple(sys.argv[1:]))]
assert not foreign, foreign
"""


@pytest.fixture(scope="module")
def unpacked(package: Package, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Unpack the application's folder and the libraries' folder as Lambda does."""
    task, opt = tmp_path_factory.mktemp("task"), tmp_path_factory.mktemp("opt")
    zipfile.ZipFile(package.application).extractall(task)
    zipfile.ZipFile(package.libraries).extractall(opt)
    [libraries] = opt.glob("python/lib/python*/site-packages")
    return task, libraries


def test_the_application_loads_from_the_archives_alone(unpacked: tuple[Path, Path]) -> None:
    # -S: without the environment's own site-packages, which would hide what is missing.
    base = Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    command = [str(base), "-S", "-B", "-c", IMPORT_EVERYTHING, *map(str, unpacked)]
    environment = {"AWS_DEFAULT_REGION": "ap-southeast-3", "HOME": "/nonexistent", "PATH": "/usr/bin:/bin"}
    result = subprocess.run(
        command, cwd=unpacked[0], env=environment, capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stderr


def test_no_library_was_compiled_here(package: Package) -> None:
    raw = package.libraries.parent / "chalice" / "layer-deployment.zip"
    check_wheels(raw)
    with zipfile.ZipFile(package.libraries) as libraries:
        assert not [
            name
            for name in libraries.namelist()
            if "linux_x86_64" in name and "manylinux" not in name and not name.endswith(".so")
        ]


def test_a_library_compiled_here_is_refused(tmp_path: Path) -> None:
    archive = tmp_path / "layer.zip"
    with zipfile.ZipFile(archive, "w") as made:
        made.writestr(
            "python/pillow-12.0.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: cp311-cp311-linux_x86_64\n"
        )
        made.writestr("python/six-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
    with pytest.raises(BuildError, match=r"pillow-12\.0\.0"):
        check_wheels(archive)


@pytest.mark.parametrize(
    ("tag", "foreign"),
    [
        ("py3-none-any", False),
        ("cp311-cp311-manylinux2014_x86_64", False),
        ("cp311-cp311-manylinux_2_17_x86_64", False),
        ("cp311-cp311-linux_x86_64", True),
        ("cp311-cp311-manylinux2014_aarch64", True),
        ("cp311-cp311-macosx_11_0_arm64", True),
        ("cp311-cp311-musllinux_1_2_x86_64", True),
    ],
)
def test_only_wheels_for_lambda_load(tag: str, foreign: bool) -> None:
    assert bundle.is_foreign(tag) is foreign


def test_the_same_content_gives_the_same_archive(tmp_path: Path) -> None:
    archives = []
    for number in (1, 2):
        source, target = tmp_path / f"source{number}.zip", tmp_path / f"target{number}.zip"
        with zipfile.ZipFile(source, "w") as made:
            names = ["app.py", "chalicelib/a.py", "chalicelib/page.html"]
            for name in names if number == 1 else reversed(names):
                made.writestr(zipfile.ZipInfo(name, (2000 + number, 1, 1, 0, 0, 0)), "x = 1\n")
        bundle.rewrite_application(source, target)
        archives.append(target.read_bytes())
    assert archives[0] == archives[1]


def test_the_archives_are_small(package: Package) -> None:
    assert package.libraries.stat().st_size < 15_000_000
    assert package.application.stat().st_size < 3_000_000
    unpacked = sum(entry.file_size for entry in zipfile.ZipFile(package.libraries).infolist())
    assert unpacked < 100_000_000, "Lambda takes 250 MB, layers included"


def test_the_template_names_the_archives_that_are_there(package: Package) -> None:
    text = package.template.read_text()
    assert {part for part in ("./deployment.zip", "./layer-deployment.zip") if part in text} == {
        f"./{package.application.name}",
        f"./{package.libraries.name}",
    }
