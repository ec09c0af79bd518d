"""The local cloud: MiniStack with the deployed application behind one stable address.

    with LocalCloud(Path(".local")) as cloud:
        print(cloud.public_url)

`python -m infra.local` starts one and keeps it up until Ctrl-C. Its state lives in a folder and survives a
restart; what cannot survive (the sleeping ladders, the records of the stream) is forgotten before the start
and made anew from the table after it, so that every restart rehearses the recovery from a disaster.
"""

from __future__ import annotations

import argparse
import fcntl
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Self

import boto3

from infra.deploy.build import ROOT, BuildError, build
from infra.deploy.stack import REGION, DeployError, Target, deploy
from infra.local import mailbox
from infra.local.proxy import FrontDoor

STAGE = "local"
API_STAGE = "api"
MAIL_FROM = "tuntas@example.go.id"
DEFAULT_STATE = ROOT / ".local"
START_SECONDS = 60
STOP_SECONDS = 60

MEMORY = Path("/dev/shm")  # noqa: S108 - the folder in it is ours alone, by the port
MEMORY_NEEDED = 3 * 2**30

# MiniStack takes this pair as the account's root user; every other key needs a role or user of its own.
OPERATOR = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}

# State of MiniStack that is worse than none after a restart: positions in a stream that begins anew, and
# executions that it would call failed, whose names it would then refuse.
FORGOTTEN = (("lambda.json", "dynamodb_stream_positions"), ("stepfunctions.json", "executions"))

Say = Callable[[str], None]


class LocalCloudError(Exception):
    """The local cloud could not start; the text is one sentence that says what to do."""


class LocalCloud:
    """One local cloud with the application deployed on it; a context manager.

    `state_dir` keeps everything (state, files, logs); two clouds need two folders and four ports.
    `seconds_per_working_day` compresses the ladders' waits; None leaves them at their true length.
    """

    def __init__(
        self,
        state_dir: Path = DEFAULT_STATE,
        *,
        port: int = 8000,
        cloud_port: int = 4566,
        seconds_per_working_day: float | None = 20,
        log_level: str = "INFO",
        say: Say = print,
    ) -> None:
        self.state_dir = Path(state_dir).resolve()
        self.public_url = f"http://localhost:{port}"
        # An IP address, not a name: S3 clients then put the bucket in the path, which a browser can reach.
        self.cloud_endpoint = f"http://127.0.0.1:{cloud_port}"
        self.outputs: dict[str, str] = {}
        self._port = port
        self._cloud_port = cloud_port
        self._parameters = {
            "PublicUrl": self.public_url,
            "MailFrom": MAIL_FROM,
            "CreateMailIdentity": "true",
            "MailResource": "*",
            "SecondsPerWorkingDay": "" if seconds_per_working_day is None else f"{seconds_per_working_day:g}",
            "LogLevel": log_level,
        }
        self._say = say
        self._lock: IO[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._front_door: FrontDoor | None = None

    def __enter__(self) -> Self:
        """Start, or stop again what had started when a part of it cannot."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        """Stop everything that was started."""
        self.stop()

    def start(self) -> None:
        """Start the cloud, deploy the application, open the front door, and recover after a restart.

        Raises `LocalCloudError`, `BuildError` or `DeployError`, each with a sentence for a person.
        """
        self._take_folder()
        self._stop_orphan()
        self._refuse_used_ports()
        package = build(self._say)
        was_there = self._state.is_dir() and any(self._state.iterdir())
        forget_what_cannot_survive(self._state)
        self._start_ministack()
        target = Target(STAGE, self._parameters, self.session, self.cloud_endpoint, poll_seconds=0.2)
        self.outputs = deploy(target, package, self._say)
        self._front_door = FrontDoor(self._port, lambda: self.api_url, self.post)
        self._front_door.start()
        if was_there:
            self.recover()

    def stop(self) -> None:
        """Close the front door and let the cloud save its state."""
        if self._front_door:
            self._front_door.stop()
            self._front_door = None
        if self._process:
            _end(self._process.pid, self._process)
            self._process = None
            self._pid_file.unlink(missing_ok=True)
            shutil.rmtree(self._scratch, ignore_errors=True)
        if self._lock:
            self._lock.close()
            self._lock = None

    def recover(self) -> None:
        """Re-send the effects of open cases and re-arm their clocks, as after a disaster."""
        for module in ("infra.replay", "infra.rearm"):
            if importlib.util.find_spec(module):
                self._say(f"recovering: {module}")
                result = subprocess.run(
                    [sys.executable, "-m", module], env=self.environment(), cwd=ROOT, check=False
                )
                if result.returncode:
                    raise LocalCloudError(f"{module} failed, so open cases may stand still; see above.")

    def warm(self) -> None:
        """Start every function once, so that what is measured next is not the first start of a process."""
        client = self.client("lambda")
        names = [entry["FunctionName"] for entry in client.list_functions()["Functions"]]
        queue_functions = [
            name for name in names if not name.endswith(("-api-handler", "-reconcile", "-digests"))
        ]
        with ThreadPoolExecutor(max_workers=2) as pool:
            payload = json.dumps({"Records": []})
            list(pool.map(lambda name: client.invoke(FunctionName=name, Payload=payload), queue_functions))
            urllib.request.urlopen(f"{self.public_url}/health", timeout=30).close()

    @property
    def api_url(self) -> str:
        """The deployed API's own address, with its stage."""
        return f"{self.cloud_endpoint}/restapis/{self.outputs['RestAPIId']}/{API_STAGE}/_user_request_"

    @cached_property
    def session(self) -> boto3.Session:
        """A session with the operator's rights; pass `endpoint_url=cloud.cloud_endpoint` to its clients."""
        return boto3.Session(
            aws_access_key_id=OPERATOR["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=OPERATOR["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )

    def client(self, service: str) -> Any:
        """A boto3 client of this cloud with the operator's rights."""
        return self.session.client(service, endpoint_url=self.cloud_endpoint)  # type: ignore[call-overload]

    def environment(self) -> dict[str, str]:
        """This process's environment plus the functions' own: with it a script can use `chalicelib` here."""
        function = self.client("lambda").get_function_configuration(
            FunctionName=self.outputs["APIHandlerName"]
        )
        address = {
            "AWS_ENDPOINT_URL": self.cloud_endpoint,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
        }
        cleared = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return cleared | dict(function["Environment"]["Variables"]) | OPERATOR | address

    def post(self) -> mailbox.Post:
        """Everything that was sent, newest first."""
        return mailbox.read(self.cloud_endpoint)

    def mails(self) -> tuple[mailbox.Mail, ...]:
        """The e-mail that was sent, newest first."""
        return self.post().mails

    def sms(self) -> tuple[mailbox.Sms, ...]:
        """The SMS that were sent, by number, each number's newest first."""
        return self.post().sms

    def log_file(self) -> Path:
        """Where MiniStack writes, the functions' output included."""
        return self.state_dir / "cloud.log"

    @property
    def _state(self) -> Path:
        return self.state_dir / "state"

    @property
    def _scratch(self) -> Path:
        # Every process of a function unpacks its libraries anew: in memory that takes a third of the time.
        if MEMORY.is_dir() and shutil.disk_usage(MEMORY).total > MEMORY_NEEDED:
            return MEMORY / f"tuntas-{self._cloud_port}"
        return self.state_dir / "tmp"

    @property
    def _pid_file(self) -> Path:
        return self.state_dir / "cloud.pid"

    def _take_folder(self) -> None:
        self.state_dir.mkdir(parents=True, exist_ok=True)
        self._lock = (self.state_dir / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalCloudError(
                f"Another local cloud is using {self.state_dir}: stop it first (Ctrl-C)."
            ) from None

    def _stop_orphan(self) -> None:
        # The folder is ours, so a MiniStack that still works on it lost its parent.
        try:
            pid = int(self._pid_file.read_text())
            is_ours = b"ministack" in Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError):
            return
        if is_ours:
            self._say(f"stopping the cloud that an earlier run left behind (process {pid})")
            _end(pid)

    def _refuse_used_ports(self) -> None:
        for port, variable in ((self._port, "PORT"), (self._cloud_port, "CLOUD_PORT")):
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise LocalCloudError(
                        f"Port {port} is in use: stop what uses it, or choose another with {variable}=…"
                    ) from None

    def _start_ministack(self) -> None:
        scratch = self._scratch
        shutil.rmtree(scratch, ignore_errors=True)
        scratch.mkdir()
        self._say(f"starting the local cloud at {self.cloud_endpoint}")
        with self.log_file().open("wb") as log:
            # A session of its own: Ctrl-C reaches this process alone, which then stops the cloud in order.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "ministack"],
                env=self._ministack_environment(scratch),
                cwd=self.state_dir,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._pid_file.write_text(str(self._process.pid))
        self._wait_until_ready(self._process)

    def _ministack_environment(self, scratch: Path) -> dict[str, str]:
        # Clean: a function would inherit whatever stands here, and then work here but not on AWS.
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return (
            inherited
            | OPERATOR
            | {
                "AUTH": "true",
                "BIND_HOST": "127.0.0.1",
                "GATEWAY_PORT": str(self._cloud_port),
                "MINISTACK_REGION": REGION,
                "PERSIST_STATE": "1",
                "STATE_DIR": str(self._state),
                "S3_PERSIST": "1",
                "S3_DATA_DIR": str(self.state_dir / "s3"),
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
                with urllib.request.urlopen(f"{self.cloud_endpoint}/_ministack/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise LocalCloudError(f"The local cloud did not start; its last words are in {self.log_file()}.")


def forget_what_cannot_survive(state: Path) -> None:
    """Empty in MiniStack's saved state what a restart makes invalid."""
    for name, key in FORGOTTEN:
        file = state / name
        if not file.is_file():
            continue
        content: dict[str, Any] = json.loads(file.read_text())
        store = content["payload"].get(key)
        if store and store.get("data"):
            store["data"] = {}
            file.write_text(json.dumps(content))


def _end(pid: int, process: subprocess.Popen[bytes] | None = None) -> None:
    """SIGINT lets MiniStack save its state; whatever of its session is left after that is killed."""
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


def main() -> int:
    """Keep a local cloud up until Ctrl-C; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m infra.local", description="Keep the local cloud up until Ctrl-C."
    )
    parser.add_argument("--state", type=Path, default=DEFAULT_STATE, help="folder that keeps its state")
    parser.add_argument("--port", type=int, default=8000, help="port of the site (default: %(default)s)")
    parser.add_argument(
        "--cloud-port", type=int, default=4566, help="port of the cloud (default: %(default)s)"
    )
    parser.add_argument(
        "--speed", type=float, default=20, help="seconds a working day lasts (default: %(default)s)"
    )
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with LocalCloud(
            given.state, port=given.port, cloud_port=given.cloud_port, seconds_per_working_day=given.speed
        ) as cloud:
            print(
                f"site {cloud.public_url}/\nmailbox {cloud.public_url}/_mailbox\nCtrl-C stops everything.",
                flush=True,
            )
            signal.pause()
    except KeyboardInterrupt:
        print("stopped")
    except (LocalCloudError, BuildError, DeployError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
