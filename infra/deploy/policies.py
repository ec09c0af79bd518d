"""The IAM policy of each function, from one table: its grants and nothing else.

`python -m infra policies` writes the files of `.chalice/policies/`, which Chalice packages. With `--check` it
writes nothing, names every file that is stale and exits with status 1.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from chalicelib.domain.procedure.model import StepKind
from infra.deploy.queues import QUEUES, RELAY_DEAD, Queue, to_logical_id

FOLDER = Path(__file__).resolve().parents[2] / ".chalice" / "policies"

Statement = dict[str, Any]
Resource = str | dict[str, Any] | list[dict[str, Any]]

TABLE = {"Fn::GetAtt": ["Table", "Arn"]}
BUCKET = {"Fn::GetAtt": ["Bucket", "Arn"]}
FILES = {"Fn::Sub": "${Bucket.Arn}/files/*"}
UPLOADS = {"Fn::Sub": "${Bucket.Arn}/incoming/*"}
IN_ACCOUNT = "${AWS::Region}:${AWS::AccountId}"
SES = f"arn:${{AWS::Partition}}:ses:{IN_ACCOUNT}"

EFFECT_QUEUES = (*StepKind, "clocks", "messages", "changes")
"""The queues to which events go: both from the stream and from the daily reconciliation."""


def _allow(sid: str, resource: Resource, *actions: str) -> Statement:
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": resource}


def _queue_arn(name: str) -> dict[str, Any]:
    return {"Fn::GetAtt": [f"{to_logical_id(name)}Queue", "Arn"]}


def write_logs(function: str) -> Statement:
    """Allow the function its own log streams.

    Not `CreateLogGroup`: a group that a function makes keeps its logs for ever.
    """
    group = f"log-group:/aws/lambda/tuntas-${{Stage}}-{function.replace('_', '-')}"
    arn = {"Fn::Sub": f"arn:${{AWS::Partition}}:logs:{IN_ACCOUNT}:{group}:*"}
    return _allow("WriteLogs", arn, "logs:CreateLogStream", "logs:PutLogEvents")


def poll_queue(queue: Queue) -> Statement:
    actions = ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes", "ChangeMessageVisibility")
    return _allow("PollQueue", _queue_arn(queue.name), *(f"sqs:{action}" for action in actions))


def send_to(*queues: str) -> Statement:
    return _allow("SendToQueues", [_queue_arn(queue) for queue in queues], "sqs:SendMessage")


def use_table(*more: str) -> Statement:
    """Allow reading and putting items, and `more` actions."""
    actions = ("GetItem", "BatchGetItem", "Query", "PutItem", *more)
    return _allow("UseTable", TABLE, *(f"dynamodb:{action}" for action in actions))


def read_indexes() -> Statement:
    return _allow("ReadIndexes", {"Fn::Sub": "${Table.Arn}/index/*"}, "dynamodb:Query")


def read_stream() -> list[Statement]:
    actions = ("DescribeStream", "GetRecords", "GetShardIterator")
    stream = {"Fn::GetAtt": ["Table", "StreamArn"]}
    return [
        _allow("ReadStream", stream, *(f"dynamodb:{action}" for action in actions)),
        _allow("ListStreams", {"Fn::Sub": "${Table.Arn}/stream/*"}, "dynamodb:ListStreams"),
    ]


def derive_keys() -> Statement:
    return _allow("DeriveKeys", {"Fn::GetAtt": ["HmacKey", "Arn"]}, "kms:GenerateMac")


def take_uploads() -> Statement:
    return _allow("TakeUploads", UPLOADS, "s3:PutObject", "s3:GetObject")


def keep_files() -> Statement:
    return _allow("KeepFiles", FILES, "s3:PutObject", "s3:GetObject")


def keep_bundles() -> Statement:
    """Allow writing bundles for the Ombudsman, not reading any file."""
    return _allow("KeepBundles", FILES, "s3:PutObject")


def see_missing_objects() -> Statement:
    """Allow listing the bucket: without it S3 answers 403, not 404, for an object that is missing."""
    return _allow("SeeMissingObjects", BUCKET, "s3:ListBucket")


def sign_in() -> Statement:
    """Allow Cognito's signed operations. No policy applies to codes and registrations, which are public."""
    actions = ("AdminGetUser", "AdminInitiateAuth", "AdminSetUserPassword")
    pool = {"Fn::GetAtt": ["UserPool", "Arn"]}
    return _allow("Accounts", pool, *(f"cognito-idp:{action}" for action in actions))


def start_ladders() -> Statement:
    return _allow("StartLadder", {"Ref": "Ladder"}, "states:StartExecution")


def see_ladders() -> Statement:
    executions = f"arn:${{AWS::Partition}}:states:{IN_ACCOUNT}:execution:${{Ladder.Name}}:*"
    return _allow("SeeLadders", {"Fn::Sub": executions}, "states:DescribeExecution")


def send_mail() -> Statement:
    """Allow sending under one address, through the identity that a parameter names or the address's own."""
    sender = {"Fn::Sub": f"{SES}:identity/${{MailFrom}}"}
    identity = {"Fn::Sub": f"{SES}:identity/${{MailIdentity}}"}
    resources: list[dict[str, Any]] = [
        {"Fn::If": ["NamesMailResource", {"Ref": "MailResource"}, sender]},
        {"Fn::If": ["NamesMailIdentity", identity, sender]},
        {"Fn::Sub": f"{SES}:configuration-set/${{MailConfiguration}}"},
    ]
    # "IfExists" for the local cloud, which does not know the sender here; AWS always does.
    condition = {"StringEqualsIfExists": {"ses:FromAddress": {"Ref": "MailFrom"}}}
    return _allow("SendMail", resources, "ses:SendEmail", "ses:SendRawEmail") | {"Condition": condition}


def send_sms() -> list[Statement]:
    """Allow publishing to telephone numbers, which have no ARN, and deny publishing to topics."""
    topics = "arn:*:sns:*:*:*"
    return [
        _allow("SendSms", "*", "sns:Publish"),
        {"Sid": "NoTopics", "Effect": "Deny", "Action": ["sns:Publish"], "Resource": topics},
    ]


def open_steps(kind: StepKind) -> list[Statement]:
    match kind:
        case StepKind.RECORD | StepKind.DELIVER:  # the system decides these itself and asks nobody
            return [use_table()]
        case StepKind.COMPLETE | StepKind.CONFIRM:  # the reporter decides, who needs no officer's link
            return [use_table(), send_to("messages")]
        case _:
            return [use_table(), derive_keys(), send_to("messages")]


GRANTS: dict[str, list[Statement]] = {
    "api_handler": [
        use_table("UpdateItem"),
        read_indexes(),
        derive_keys(),
        take_uploads(),
        keep_files(),
        see_missing_objects(),
        sign_in(),
        send_to("messages", "changes"),
    ],
    "relay": [*read_stream(), send_to(*EFFECT_QUEUES, RELAY_DEAD)],
    **{kind.value: open_steps(kind) for kind in StepKind},
    "clocks": [use_table(), send_to("messages"), start_ladders()],
    "escalations": [use_table()],
    "messages": [use_table("UpdateItem"), derive_keys(), keep_bundles(), send_mail(), *send_sms()],
    "changes": [use_table(), read_indexes(), derive_keys(), keep_files(), send_to("changes", "messages")],
    "delivery_feedback": [use_table("UpdateItem"), derive_keys(), send_mail(), *send_sms()],
    "reconcile": [use_table(), read_indexes(), derive_keys(), send_to(*EFFECT_QUEUES), see_ladders()],
    "digests": [use_table()],
}
"""The grants of each function by its Chalice name, without its log and its own queue, which all have."""


def build_policies() -> dict[str, str]:
    """Return the text of each policy file by the file's name."""
    queues = {queue.function: queue for queue in QUEUES}
    texts = {}
    for function, grants in GRANTS.items():
        polled = [poll_queue(queues[function])] if function in queues else []
        policy = {"Version": "2012-10-17", "Statement": [write_logs(function), *polled, *grants]}
        texts[f"{function}.json"] = f"{json.dumps(policy, indent=2)}\n"
    return texts


def find_stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of the files that differ from the table, are missing, or belong to no function."""
    current = {file.name: file.read_text() for file in folder.glob("*.json")}
    policies = build_policies()
    return sorted(name for name in current | policies if current.get(name) != policies.get(name))


def update_files(folder: Path = FOLDER) -> None:
    """Write what is stale in the folder, and remove what belongs to no function."""
    policies = build_policies()
    for name in find_stale(folder):
        if name in policies:
            (folder / name).write_text(policies[name])
            print(f"wrote {name}")
        else:
            (folder / name).unlink()
            print(f"removed {name}")


def main(arguments: list[str] | None = None) -> int:
    """Write or check the files from the command line; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra policies", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; name the stale files")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="default: %(default)s")
    options = parser.parse_args(arguments)
    if options.check:
        stale = find_stale(options.folder)
        for name in stale:
            print(f"{name} is stale: 'python -m infra policies' brings it up to date", file=sys.stderr)
        return 1 if stale else 0
    update_files(options.folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
