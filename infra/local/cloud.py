"""The local cloud: MiniStack with the deployed application behind one stable address.

    with LocalCloud(Path(".local")) as cloud:
        print(cloud.public_url)

`python -m infra local` starts one and keeps it up until Ctrl-C. Its state lives in a folder and survives a
restart. The sleeping ladders and the records of the stream cannot: they are cleared before the start and
created from the table after it, so that every restart rehearses the recovery from a disaster.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import subprocess
import sys
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Self

import boto3

from infra.deploy.build import ROOT, build
from infra.deploy.stack import REGION, Target, deploy
from infra.local.mailbox import Mail, Mailbox, Sms, read_mailbox
from infra.local.ministack import OPERATOR, LocalCloudError, MiniStack, Say
from infra.local.proxy import FrontDoor

STAGE = "local"
API_STAGE = "api"
MAIL_FROM = "tuntas@example.go.id"
DEFAULT_STATE = ROOT / ".local"
RECOVERY = ("infra.replay", "infra.rearm")
"""The commands of a recovery from a disaster, in their order."""


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
        self.outputs: dict[str, str] = {}
        self._ministack = MiniStack(self.state_dir, cloud_port, say)
        self._ports = {"PORT": port, "CLOUD_PORT": cloud_port}
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
        self._front_door: FrontDoor | None = None

    def __enter__(self) -> Self:
        """Start; when a part cannot start, stop the others again."""
        try:
            self.start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start the cloud, deploy the application, open the front door, and recover after a restart.

        Raises `LocalCloudError`, `BuildError` or `DeployError`, each with a sentence for a person.
        """
        self._lock_folder()
        self._ministack.stop_orphan()
        self._check_ports()
        package = build(self._say)
        is_restart = self._ministack.has_state()
        self._ministack.start()
        target = Target(STAGE, self._parameters, self.session, self.cloud_endpoint, poll_seconds=0.2)
        self.outputs = deploy(target, package, self._say)
        self._front_door = FrontDoor(self._ports["PORT"], lambda: self.api_url, self.read_mailbox)
        self._front_door.start()
        if is_restart:
            self.recover()

    def stop(self) -> None:
        """Close the front door and let the cloud save its state."""
        if self._front_door:
            self._front_door.stop()
            self._front_door = None
        self._ministack.stop()
        if self._lock:
            self._lock.close()
            self._lock = None

    def recover(self) -> None:
        """Send the effects of open cases again and start their ladders, as after a disaster."""
        for module in RECOVERY:
            self._say(f"recovering: {module}")
            command = [sys.executable, "-m", module]
            result = subprocess.run(command, env=self.read_environment(), cwd=ROOT, check=False)
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
    def cloud_endpoint(self) -> str:
        """Return the address of the AWS services."""
        return self._ministack.endpoint

    @property
    def log_file(self) -> Path:
        """Return the file to which MiniStack writes, the functions' output included."""
        return self._ministack.log_file

    @property
    def api_url(self) -> str:
        """Return the deployed API's own address, with its stage."""
        return f"{self.cloud_endpoint}/restapis/{self.outputs['RestAPIId']}/{API_STAGE}/_user_request_"

    @cached_property
    def session(self) -> boto3.Session:
        """Return a session with the operator's rights; pass `endpoint_url=cloud_endpoint` to its clients."""
        return boto3.Session(
            aws_access_key_id=OPERATOR["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=OPERATOR["AWS_SECRET_ACCESS_KEY"],
            region_name=REGION,
        )

    def client(self, service: str) -> Any:
        """Create a boto3 client of this cloud with the operator's rights."""
        return self.session.client(service, endpoint_url=self.cloud_endpoint)  # type: ignore[call-overload]

    def read_environment(self) -> dict[str, str]:
        """Return this process's environment plus the functions' own; with it scripts can use `chalicelib`."""
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

    def read_mailbox(self) -> Mailbox:
        return read_mailbox(self.cloud_endpoint)

    def list_mails(self) -> tuple[Mail, ...]:
        """Return the e-mail that was sent, newest first."""
        return self.read_mailbox().mails

    def list_sms(self) -> tuple[Sms, ...]:
        """Return the SMS that were sent, grouped by number, each number's newest first."""
        return self.read_mailbox().sms

    def _lock_folder(self) -> None:
        self.state_dir.mkdir(parents=True, exist_ok=True)
        self._lock = (self.state_dir / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise LocalCloudError(
                f"Another local cloud is using {self.state_dir}: stop it first (Ctrl-C)."
            ) from None

    def _check_ports(self) -> None:
        for variable, port in self._ports.items():
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise LocalCloudError(
                        f"Port {port} is in use: stop what uses it, or choose another with {variable}=…"
                    ) from None
