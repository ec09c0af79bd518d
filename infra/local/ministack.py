"""The process of MiniStack, which acts for AWS on this machine: its start, its state on disk, its end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from infra.deploy.stack import REGION

START_SECONDS = 60
STOP_SECONDS = 60

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is ours alone, named after the port
MEMORY_NEEDED = 3 * 2**30

# MiniStack takes this pair as the account's root user; every other key needs a role or user of its own.
OPERATOR = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

# State that is worse than none after a restart: positions in a stream that begins again from nothing, and
# executions that MiniStack would call failed, whose names it would then refuse.
LOST_IN_RESTART = (("lambda.json", "dynamodb_stream_positions"), ("stepfunctions.json", "executions"))

Say = Callable[[str], None]


class LocalCloudError(Exception):
    """The local cloud could not start; the text is one sentence that says what to do."""


class MiniStack:
    """One MiniStack process, whose state, files and log are in `folder`."""

    def __init__(self, folder: Path, port: int, say: Say) -> None:
        # An IP address, not a name: S3 clients then put the bucket in the path, which a browser can reach.
        self.endpoint = f"http://127.0.0.1:{port}"
        self.log_file = folder / "cloud.log"
        self._folder = folder
        self._port = port
        self._say = say
        self._state = folder / "state"
        self._pid_file = folder / "cloud.pid"
        self._process: subprocess.Popen[bytes] | None = None

    def has_state(self) -> bool:
        return self._state.is_dir() and any(self._state.iterdir())

    def start(self) -> None:
        """Start the process and wait until it answers; raise `LocalCloudError` when it does not."""
        clear_lost_state(self._state)
        scratch = self._scratch
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        self._say(f"starting the local cloud at {self.endpoint}")
        with self.log_file.open("wb") as log:
            # A session of its own: Ctrl-C reaches this process alone, which then stops the cloud in order.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env=self._build_environment(scratch),
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(str(self._process.pid))
        self._wait_until_ready(self._process)

    def stop(self) -> None:
        """Let the process save its state, if it runs, and remove what it needs no more."""
        if self._process:
            _stop_process(self._process.pid, self._process)
            self._process = None
            self._pid_file.unlink(missing_ok=True)
            shutil.rmtree(self._scratch, ignore_errors=True)

    def stop_orphan(self) -> None:
        """Stop a MiniStack that lost its parent: the folder is ours, so none other may work on it."""
        try:
            pid = int(self._pid_file.read_text())
            is_ours = b"ministack" in Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return
        if is_ours:
            self._say(f"stopping the cloud that an earlier run left behind (process {pid})")
            _stop_process(pid)

    @property
    def _scratch(self) -> Path:
        # Every process of a function unpacks the libraries again: in memory that takes a third of the time.
        if MEMORY.is_dir() and shutil.disk_usage(MEMORY).total > MEMORY_NEEDED:
            return MEMORY / f"tuntas-{self._port}"
        return self._folder / "tmp"

    def _build_environment(self, scratch: Path) -> dict[str, str]:
        # Clean: a function would inherit all that is set here, and then work here but not on AWS.
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return (
            inherited
            | OPERATOR
            | {
                "AUTH": "true",
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(self._port),
                "MINISTACK_REGION": REGION,
                "PERSIST_STATE": "1",
                "STATE_DIR": str(self._state),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(self._folder / "s3"),
                "IOT_MTLS_ENABLED": "0",
                "LAMBDA_WARM_TTL_SECONDS": "3600",
                "TMPDIR": str(scratch),
                "PYTHONUNBUFFERED": "1",
                "LOG_LEVEL": "INFO",
            }
        )

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise LocalCloudError(f"The local cloud did not start; its last words are in {self.log_file}.")


def clear_lost_state(state: Path) -> None:
    """Empty in MiniStack's saved state what a restart makes invalid."""
    for name, key in LOST_IN_RESTART:
        file = state / name
        if not file.is_file():
            continue
        content: dict[str, Any] = json.loads(file.read_text())
        store = content["payload"].get(key)
        if store and store.get("data"):
            store["data"] = {}
            file.write_text(json.dumps(content))


def _stop_process(pid: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """Stop the process so that it saves its state, then kill what is left of its session."""
    try:
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_SECONDS
        while time.monotonic() < deadline and _is_alive(pid, process):
            time.sleep(0.05)
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _is_alive(pid: int, process: subprocess.Popen[bytes] | None) -> bool:
    if process:
        return process.poll() is None
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
