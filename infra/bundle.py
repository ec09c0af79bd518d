"""Makes the archives that Chalice wrote small, quick to load and the same for the same content.

Lambda's code folder cannot be written to, so Python would compile every module again at each cold start: the
archives carry the compiled modules. They leave out what the application cannot reach, mostly botocore's
descriptions of services that Tuntas does not call.
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

# Names of holidays in other languages. The countries' modules stay: the package imports them all at once.
HOLIDAY_LANGUAGES = frozenset({"id", "en_US"})

# A fixed moment: the same content gives the same archive, and so the same address in S3.
EPOCH = (2020, 1, 1, 0, 0, 0)


def rewrite(source: Path, target: Path) -> None:
    """Write `target` with the files of `source` that are needed, each module compiled, in a stable order."""
    with (
        zipfile.ZipFile(source) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as new,
        tempfile.TemporaryDirectory() as scratch,
    ):
        for name in sorted(old.namelist()):
            if name.endswith("/") or not is_needed(name):
                continue
            content = old.read(name)
            _write(new, name, content)
            if name.endswith(".py"):
                _write_compiled(new, name, content, Path(scratch))


def is_needed(name: str) -> bool:
    """Whether the archive member `name` can be reached by the application."""
    path = PurePosixPath(name)
    if "__pycache__" in path.parts or path.suffix == ".pyi":
        return False
    match _below_site_packages(path):
        case ("botocore", "data", service, *rest):
            return service in SERVICES or not rest
        case ("boto3", "examples", *_) | ("botocore", "docs", *_, "data"):
            return False
        case ("holidays", "locale", language, *_):
            return language in HOLIDAY_LANGUAGES
        case (package, *_, "sboms", _) if package.endswith(".dist-info"):
            return False
        case _:
            return True


def foreign_wheels(archive: Path) -> list[str]:
    """The wheels in `archive` that Lambda cannot load: those compiled for the building machine alone."""
    found = []
    with zipfile.ZipFile(archive) as bundle:
        for name in bundle.namelist():
            if name.endswith(".dist-info/WHEEL"):
                tags = [
                    line[5:].strip()
                    for line in bundle.read(name).decode().splitlines()
                    if line.startswith("Tag: ")
                ]
                if any(is_foreign(tag) for tag in tags):
                    found.append(PurePosixPath(name).parent.name.removesuffix(".dist-info"))
    return sorted(found)


def is_foreign(tag: str) -> bool:
    """Whether a wheel's tag (`cp311-cp311-linux_x86_64`) is for neither any platform nor manylinux x86_64."""
    platform = tag.rsplit("-", 1)[-1]
    return platform != "any" and not (platform.startswith("manylinux") and platform.endswith("_x86_64"))


def _below_site_packages(path: PurePosixPath) -> tuple[str, ...]:
    parts = path.parts
    return parts[parts.index("site-packages") + 1 :] if "site-packages" in parts else parts


def _write(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.external_attr = 0o644 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(entry, content)


def _write_compiled(archive: zipfile.ZipFile, name: str, content: bytes, scratch: Path) -> None:
    source = scratch / "module.py"
    source.write_bytes(content)
    # Unchecked: unpacking sets file times anew, which must not make the compiled module stale.
    mode = py_compile.PycInvalidationMode.UNCHECKED_HASH
    compiled = py_compile.compile(
        str(source), cfile=str(scratch / "module.pyc"), dfile=name, doraise=False, invalidation_mode=mode
    )
    if compiled:
        _write(archive, importlib.util.cache_from_source(name), Path(compiled).read_bytes())
