"""Packages the application: one CloudFormation template and two archives, the libraries and the application.

`python -m infra build` joins the fragments of `infra/resources/`, lets Chalice package and merge them, and
tidies the archives. It skips everything whose inputs did not change. `--check` lints the result.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chalice.package import YAMLTemplateSerializer

from infra.deploy import bundle, dashboard, queues

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = ROOT / ".build"
RESOURCES = ROOT / "infra" / "resources"
CHALICE_CONFIG = ROOT / ".chalice" / "config.json"
CHALICE_STAGE = "main"

# Chalice wants a region; the template that comes out names none.
PACKAGING_REGION = "ap-southeast-3"

LADDER = ROOT / "infra" / "ladder.asl.json"

Say = Callable[[str], None]


class BuildError(Exception):
    """The package could not be built; the text says what to do."""


@dataclass(frozen=True)
class Package:
    """The files of a build; the template names its archives `./deployment.zip`, `./layer-deployment.zip`."""

    template: Path
    application: Path
    libraries: Path

    def read_template(self) -> dict[str, Any]:
        """Read the packaged template (SAM, before any upload)."""
        return dict(json.loads(self.template.read_text()))


@dataclass(frozen=True)
class BuildPlan:
    """A planned build: `is_current` when the existing package was built from the same inputs."""

    digest: str
    package: Package
    is_current: bool


def build(say: Say = print) -> Package:
    """Package the application, unless the existing package was built from the same inputs.

    Two builds at once (of a run and a test, say) take turns; the second finds the package of the first.
    """
    OUTPUT.mkdir(parents=True, exist_ok=True)
    with (OUTPUT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        plan = create_plan()
        if not plan.is_current:
            execute(plan, say)
        return plan.package


def create_plan(output: Path = OUTPUT) -> BuildPlan:
    """Compare the inputs with the existing package; change nothing."""
    package = Package(output / "sam.json", output / "deployment.zip", output / "layer-deployment.zip")
    digest = compute_digest(_list_inputs())
    stamp = output / "digest"
    files = (package.template, package.application, package.libraries)
    is_current = stamp.is_file() and stamp.read_text() == digest and all(file.is_file() for file in files)
    return BuildPlan(digest, package, is_current)


def execute(plan: BuildPlan, say: Say = print) -> None:
    """Build the package; raise `BuildError` with a sentence for a person."""
    output = plan.package.template.parent
    raw = output / "chalice"
    shutil.rmtree(raw, ignore_errors=True)
    output.mkdir(parents=True, exist_ok=True)
    (output / "digest").unlink(missing_ok=True)
    merge = output / "merge.json"
    merge.write_text(json.dumps(join_fragments(), indent=1))
    say("packaging with Chalice (the first time, and after a change of requirements.txt, about a minute)")
    _run_chalice(merge, raw)
    check_wheels(raw / "layer-deployment.zip")
    _tidy_libraries(raw / "layer-deployment.zip", plan.package.libraries)
    bundle.rewrite_application(raw / "deployment.zip", plan.package.application)
    shutil.copy(raw / "sam.json", plan.package.template)
    (output / "digest").write_text(plan.digest)
    sizes = (plan.package.libraries.stat().st_size / 1e6, plan.package.application.stat().st_size / 1e6)
    say("packaged: libraries {:.1f} MB, application {:.2f} MB".format(*sizes))


def join_fragments() -> dict[str, Any]:
    """Join every fragment, the queues and the ladder to one template, to be merged into that of Chalice."""
    config = json.loads(CHALICE_CONFIG.read_text())
    names = list(config["stages"][CHALICE_STAGE]["lambda_functions"])
    template: dict[str, Any] = {}
    for file in sorted(RESOURCES.glob("*.yaml")):
        fragment = YAMLTemplateSerializer().load_template(file.read_text(), str(file))
        _merge_into(template, fragment, file.name)
    _merge_into(template, queues.build_fragment(get_timeouts(config)), "infra/deploy/queues.py")
    _merge_into(
        template,
        dashboard.build_fragment([to_logical_id(name) for name in names]),
        "infra/deploy/dashboard.py",
    )
    _merge_into(template, _build_function_names(names), "infra/deploy/build.py")
    ladder = json.loads(LADDER.read_text())
    template["Resources"]["Ladder"]["Properties"]["Definition"] = ladder
    return template


def get_timeouts(config: dict[str, Any]) -> dict[str, int]:
    """Return the seconds that each function of a Chalice configuration may run, by its Chalice name."""
    functions: dict[str, dict[str, Any]] = config["stages"][CHALICE_STAGE]["lambda_functions"]
    return {name: int(own.get("lambda_timeout", config["lambda_timeout"])) for name, own in functions.items()}


def to_logical_id(function: str) -> str:
    """Return the logical id that Chalice gives the function of that name."""
    return (
        "APIHandler"
        if function == "api_handler"
        else "".join(part.capitalize() for part in function.split("_"))
    )


def check_wheels(libraries: Path) -> None:
    """Raise `BuildError` when a library was compiled for this machine instead of for Lambda."""
    foreign = bundle.find_foreign_wheels(libraries)
    if foreign:
        raise BuildError(
            f"These libraries would not load on Lambda, as they were compiled here: {', '.join(foreign)}. "
            "Pin a version in requirements.txt that offers a manylinux2014 wheel."
        )


def compute_digest(files: Iterable[Path]) -> str:
    """Compute one digest over the names and contents of the files."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}".encode())
    for file in files:
        digest.update(f"\0{file.relative_to(ROOT)}\0".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def lint(package: Package, say: Say = print) -> None:
    """Run cfn-lint on the packaged template; raise `BuildError` when it has a finding."""
    say("cfn-lint")
    cfn_lint = str(Path(sys.executable).with_name("cfn-lint"))
    command = [cfn_lint, "--regions", PACKAGING_REGION, "--template", str(package.template)]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise BuildError(f"cfn-lint has findings in the packaged template:\n{result.stdout}{result.stderr}")


def _list_inputs() -> list[Path]:
    files = [ROOT / "app.py", ROOT / "requirements.txt", CHALICE_CONFIG]
    files += (ROOT / ".chalice" / "policies").glob("*.json")
    files += [
        file
        for file in (ROOT / "chalicelib").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]
    files += RESOURCES.glob("*.yaml")
    files += [LADDER, *(ROOT / "infra" / "deploy").glob("*.py")]
    return sorted(files)


def _build_function_names(names: list[str]) -> dict[str, Any]:
    named = {
        to_logical_id(name): {"Properties": {"FunctionName": _build_function_name(name)}} for name in names
    }
    return {"Resources": named}


def _build_function_name(name: str) -> dict[str, str]:
    return {"Fn::Sub": f"tuntas-${{Stage}}-{name.replace('_', '-')}"}


def _merge_into(template: dict[str, Any], fragment: dict[str, Any], source: str, path: str = "") -> None:
    for key, value in fragment.items():
        key_path = f"{path}.{key}" if path else key
        if key not in template:
            template[key] = value
        elif isinstance(template[key], dict) and isinstance(value, dict):
            _merge_into(template[key], value, source, key_path)
        else:
            raise BuildError(f"{source} sets {key_path}, which another fragment has set already.")


def _run_chalice(merge: Path, raw: Path) -> None:
    # A clean copy: Chalice would pack all files in chalicelib/, compiled modules included.
    sources = raw.parent / "sources"
    shutil.rmtree(sources / "chalicelib", ignore_errors=True)
    shutil.copytree(ROOT / "chalicelib", sources / "chalicelib", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("app.py", "requirements.txt"):
        shutil.copy(ROOT / name, sources / name)
    shutil.copytree(ROOT / ".chalice" / "policies", sources / ".chalice" / "policies", dirs_exist_ok=True)
    shutil.copy(CHALICE_CONFIG, sources / ".chalice" / "config.json")
    _remove_old_packages(sources / ".chalice" / "deployments")
    chalice = str(Path(sys.executable).with_name("chalice"))
    command = [chalice, "--project-dir", str(sources), "package", "--stage", CHALICE_STAGE]
    command += ["--template-format", "json", "--merge-template", str(merge), str(raw)]
    environment = os.environ | {"AWS_DEFAULT_REGION": PACKAGING_REGION, "PYTHONDONTWRITEBYTECODE": "1"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    output = (result.stdout + result.stderr).strip()
    if "Could not install dependencies" in output or "NewConnectionError" in output:
        raise BuildError(
            f"The libraries could not be fetched: is there a network?\n{_get_last_lines(output)}"
        )
    if result.returncode:
        raise BuildError(f"Chalice could not package the application:\n{_get_last_lines(output)}")


def _get_last_lines(output: str) -> str:
    return "\n".join(output.splitlines()[-6:])


def _remove_old_packages(deployments: Path) -> None:
    for archive in deployments.glob("*.zip"):
        if "layer" not in archive.name:
            archive.unlink()


def _tidy_libraries(raw: Path, tidy: Path) -> None:
    # The slowest step, so it has its own stamp: a change of the application does not repeat it.
    stamp = tidy.with_suffix(".digest")
    content = raw.read_bytes() + (ROOT / "infra" / "deploy" / "bundle.py").read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    if tidy.is_file() and stamp.is_file() and stamp.read_text() == digest:
        return
    bundle.rewrite_libraries(raw, tidy)
    stamp.write_text(digest)


def main() -> int:
    """Build from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra build", description="Package the application.")
    parser.add_argument("--check", action="store_true", help="lint the packaged template too")
    options = parser.parse_args()
    try:
        package = build()
        if options.check:
            lint(package)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"package: {package.template.parent.relative_to(ROOT)}/")
    return 0


if __name__ == "__main__":
    sys.exit(main())
