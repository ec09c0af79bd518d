"""Makes the archives that Chalice wrote small, quick to load, and the same for the same content.

Lambda's code folder is read-only, so Python would compile every module again at each cold start: the archives
carry compiled modules, and of the libraries only these. Files that the application cannot reach are left out,
mostly botocore's descriptions of services that Tuntas does not call. Half the files take half the time to
unpack, which is most of a cold start on the local cloud.
"""

from __future__ import annotations

import importlib.util
import py_compile
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

SERVICES = frozenset(
    {
        "cognito-idp",
        "dynamodb",
        "kms",
        "s3",
        "ses",
        "sesv2",
        "sns",
        "sqs",
        "stepfunctions",
        "sts",
    }
)

# Indonesia's zones and UTC. A zone that is missing here is missing on Lambda.
TIME_ZONES = frozenset({"Asia/Jakarta", "Asia/Pontianak", "Asia/Makassar", "Asia/Jayapura", "Etc/UTC", "UTC"})

# Parts of libraries that nothing imports; a test imports the whole application from the archives alone.
UNREACHED = (
    "aws_lambda_powertools/event_handler/",
    "aws_lambda_powertools/utilities/auth_alpha/",
    "aws_lambda_powertools/utilities/circuit_breaker/",
    "aws_lambda_powertools/utilities/data_masking/",
    "aws_lambda_powertools/utilities/feature_flags/",
    "aws_lambda_powertools/utilities/idempotency/",
    "aws_lambda_powertools/utilities/kafka/",
    "aws_lambda_powertools/utilities/parameters/",
    "aws_lambda_powertools/utilities/streaming/",
    "aws_lambda_powertools/utilities/validation/",
    "boto3/examples/",
    "holidays/financial/",
    "phonenumbers/shortdata/region_",
    "pydantic/v1/",
)

# This module imports some 250 countries where one is needed: a third of a second in every process that first
# counts working days. Each country's own module is found by its name without it.
EMPTIED = "holidays/countries/__init__.py"
COUNTRIES = frozenset({"__init__.py", "indonesia.py"})

# A fixed moment: the same content gives the same archive, and so the same address in S3.
EPOCH = (2020, 1, 1, 0, 0, 0)


def rewrite_application(source: Path, target: Path) -> None:
    """Write `target` with the modules of `source` and their compiled forms next to them."""
    _rewrite(source, target, keep_sources=True)


def rewrite_libraries(source: Path, target: Path) -> None:
    """Write `target` with the needed files of `source`, modules only in their compiled form."""
    _rewrite(source, target, keep_sources=False)


def is_needed(name: str) -> bool:
    """Return whether the application can reach the archive member `name`."""
    path = PurePosixPath(name)
    if "__pycache__" in path.parts or path.suffix == ".pyi":
        return False
    parts = _cut_site_packages(path)
    if "/".join(parts).startswith(UNREACHED):
        return False
    match parts:
        case ("botocore", "data", service, *rest):
            return service in SERVICES or not rest
        case ("holidays", "locale", *_, names):
            return names == "ID.mo"
        case ("holidays", "countries", country):
            return country in COUNTRIES
        case ("tzdata", "zoneinfo", *zone) if path.suffix != ".py":
            return "/".join(zone) in TIME_ZONES
        case (package, *rest) if package.endswith(".dist-info"):
            return rest == ["METADATA"]
        case _:
            return True


def find_foreign_wheels(archive: Path) -> list[str]:
    """Return the wheels in `archive` that Lambda cannot load, as they were compiled for this machine."""
    foreign = []
    with zipfile.ZipFile(archive) as bundle:
        for name in bundle.namelist():
            if name.endswith(".dist-info/WHEEL"):
                tags = [
                    line[5:].strip()
                    for line in bundle.read(name).decode().splitlines()
                    if line.startswith("Tag: ")
                ]
                if any(is_foreign(tag) for tag in tags):
                    foreign.append(PurePosixPath(name).parent.name.removesuffix(".dist-info"))
    return sorted(foreign)


def is_foreign(tag: str) -> bool:
    """Return whether a tag like `cp311-cp311-linux_x86_64` fits neither any platform nor manylinux x86_64."""
    platform = tag.rsplit("-", 1)[-1]
    return platform != "any" and not (platform.startswith("manylinux") and platform.endswith("_x86_64"))


def _rewrite(source: Path, target: Path, *, keep_sources: bool) -> None:
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
        tempfile.TemporaryDirectory() as scratch,
    ):
        for name in sorted(old.namelist()):
            if name.endswith("/") or not is_needed(name):
                continue
            content = b"" if _is_emptied(name) else old.read(name)
            compiled = _compile(name, content, Path(scratch)) if name.endswith(".py") else None
            if compiled is None or keep_sources:
                _write(new, name, content)
            if compiled is not None:
                _write(new, importlib.util.cache_from_source(name) if keep_sources else f"{name}c", compiled)


def _compile(name: str, content: bytes, scratch: Path) -> bytes | None:
    """Compile a module; return None where it is written for another version of Python."""
    source = scratch / "module.py"
    source.write_bytes(content)
    compiled = py_compile.compile(
        str(source),
        cfile=str(scratch / "module.pyc"),
        dfile=name,
        quiet=2,
        # Unchecked: unpacking sets new file times, which must not make the compiled module stale.
        invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
    )
    return Path(compiled).read_bytes() if compiled else None


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _is_emptied(name: str) -> bool:
    return "/".join(_cut_site_packages(PurePosixPath(name))) == EMPTIED


def _cut_site_packages(path: PurePosixPath) -> tuple[str, ...]:
    parts = path.parts
    return parts[parts.index("site-packages") + 1 :] if "site-packages" in parts else parts
