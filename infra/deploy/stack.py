"""Deploys the packaged application to AWS, or to another cloud with the same API: one code path.

It uploads the archives and the template to an artifact bucket, creates a change set and executes it.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from infra.deploy.build import Package

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef, StackTypeDef
    from mypy_boto3_s3 import S3Client

REGION = "ap-southeast-3"
DIGEST_TAG = "tuntas-digest"
WAIT_SECONDS = 1800

# The address of a new stack without a domain of its own, until API Gateway has given it one.
UNKNOWN_URL = "https://not-known-yet.invalid"

Say = Callable[[str], None]


class DeployError(Exception):
    """The stack could not be created or updated; the text says why."""


@dataclass(frozen=True)
class Target:
    """One installation: its stage, its template parameters, and its account.

    `endpoint` is None on AWS. A target without a `PublicUrl` parameter gets API Gateway's own address.
    """

    stage: str
    parameters: Mapping[str, str]
    session: boto3.Session
    endpoint: str | None = None
    poll_seconds: float = 5.0

    @property
    def region(self) -> str:
        return self.session.region_name

    @property
    def stack(self) -> str:
        """Return the name of the CloudFormation stack."""
        return f"tuntas-{self.stage}"


@dataclass(frozen=True)
class DeploymentPlan:
    """A planned deployment: `change` is CREATE, UPDATE, or NOTHING when the stack is current."""

    target: Target
    package: Package
    parameters: Mapping[str, str]
    digest: str
    change: str
    outputs: Mapping[str, str] = field(default_factory=dict)


def deploy(target: Target, package: Package, say: Say = print) -> dict[str, str]:
    """Bring the stack to the package and the parameters; return its outputs."""
    outputs = execute(create_plan(target, package), say)
    if "PublicUrl" in target.parameters or outputs["PublicUrl"] == outputs["EndpointURL"].rstrip("/"):
        return outputs
    say(f"telling the application its address, {outputs['EndpointURL']}")
    return execute(create_plan(target, package), say)


def create_plan(target: Target, package: Package) -> DeploymentPlan:
    """Compare the existing stack with the package and the parameters; change nothing."""
    stack = _find_stack(_create_client(target), target.stack)
    outputs = _get_outputs(stack) if stack else {}
    address = outputs.get("EndpointURL", UNKNOWN_URL).rstrip("/")
    parameters = {"Stage": target.stage, "PublicUrl": address} | dict(target.parameters)
    digest = _compute_digest(package, parameters)
    if stack is None or stack["StackStatus"] == "REVIEW_IN_PROGRESS":
        return DeploymentPlan(target, package, parameters, digest, "CREATE")
    if stack["StackStatus"] == "ROLLBACK_COMPLETE":
        raise DeployError(
            f"The first deployment of {target.stack} failed. Delete that stack, then deploy again."
        )
    tags = {tag["Key"]: tag["Value"] for tag in stack.get("Tags", [])}
    is_current = stack["StackStatus"].endswith("_COMPLETE") and tags.get(DIGEST_TAG) == digest
    return DeploymentPlan(target, package, parameters, digest, "NOTHING" if is_current else "UPDATE", outputs)


def execute(plan: DeploymentPlan, say: Say = print) -> dict[str, str]:
    """Execute the plan; return the outputs, or raise `DeployError` with CloudFormation's reasons."""
    if plan.change == "NOTHING":
        say(f"stack {plan.target.stack} is up to date")
        return dict(plan.outputs)
    template_url = _upload(plan, say)
    client = _create_client(plan.target)
    name = f"deploy-{int(time.time() * 1000)}"
    say(f"{plan.change.lower()} stack {plan.target.stack}")
    client.create_change_set(
        StackName=plan.target.stack,
        ChangeSetName=name,
        ChangeSetType="CREATE" if plan.change == "CREATE" else "UPDATE",
        TemplateURL=template_url,
        Parameters=_to_parameter_list(plan.parameters),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        Tags=[{"Key": "tuntas-stage", "Value": plan.target.stage}, {"Key": DIGEST_TAG, "Value": plan.digest}],
    )
    if _wait_for_change_set(client, plan.target, name):
        client.execute_change_set(StackName=plan.target.stack, ChangeSetName=name)
        _wait_for_stack(client, plan.target)
    stack = _find_stack(client, plan.target.stack)
    if stack is None:
        raise DeployError(f"Stack {plan.target.stack} is gone.")
    return _get_outputs(stack)


def _upload(plan: DeploymentPlan, say: Say) -> str:
    s3 = plan.target.session.client("s3", endpoint_url=plan.target.endpoint)
    bucket = _prepare_bucket(plan.target, s3)
    template = plan.package.read_template()
    addresses = {
        "./deployment.zip": _upload_archive(s3, bucket, plan.package.application, say),
        "./layer-deployment.zip": _upload_archive(s3, bucket, plan.package.libraries, say),
    }
    for resource in template["Resources"].values():
        for key in ("CodeUri", "ContentUri"):
            address = resource.get("Properties", {}).get(key)
            if address in addresses:
                resource["Properties"][key] = addresses[address]
    key = f"templates/{plan.digest}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(template, separators=(",", ":")).encode())
    host = plan.target.endpoint or f"https://s3.{plan.target.region}.amazonaws.com"
    return f"{host}/{bucket}/{key}"


def _prepare_bucket(target: Target, s3: S3Client) -> str:
    sts = target.session.client("sts", endpoint_url=target.endpoint)
    account = sts.get_caller_identity()["Account"]
    bucket = f"tuntas-artifacts-{account}-{target.region}"
    try:
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchBucket"}:
            raise
        location: Any = {"LocationConstraint": target.region}
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=location)
        s3.put_public_access_block(
            Bucket=bucket,
            PublicAccessBlockConfiguration={
                "BlockPublicAcls": True,
                "IgnorePublicAcls": True,
                "BlockPublicPolicy": True,
                "RestrictPublicBuckets": True,
            },
        )
    return bucket


def _upload_archive(s3: S3Client, bucket: str, archive: Path, say: Say) -> str:
    content = archive.read_bytes()
    key = f"archives/{hashlib.sha256(content).hexdigest()}.zip"
    try:
        s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if error.response["Error"]["Code"] not in {"404", "NoSuchKey"}:
            raise
        say(f"uploading {archive.name} ({len(content) / 1e6:.1f} MB)")
        s3.put_object(Bucket=bucket, Key=key, Body=content)
    return f"s3://{bucket}/{key}"


def _wait_for_change_set(client: CloudFormationClient, target: Target, name: str) -> bool:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        change_set = client.describe_change_set(StackName=target.stack, ChangeSetName=name)
        if change_set["Status"] == "CREATE_COMPLETE":
            return True
        if change_set["Status"] == "FAILED":
            reason = change_set.get("StatusReason", "")
            if re.search("didn't contain changes|No updates are to be performed", reason):
                client.delete_change_set(StackName=target.stack, ChangeSetName=name)
                return False
            raise DeployError(f"CloudFormation refused the template: {reason}")
        time.sleep(target.poll_seconds)
    raise DeployError("CloudFormation did not finish the change set in time.")


def _wait_for_stack(client: CloudFormationClient, target: Target) -> None:
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        stack = _find_stack(client, target.stack)
        status = stack["StackStatus"] if stack else "DELETE_COMPLETE"
        if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"}:
            return
        if not status.endswith("_IN_PROGRESS"):
            reasons = _list_failures(client, target.stack) or [status]
            raise DeployError(f"Stack {target.stack} is {status}:\n" + "\n".join(reasons))
        time.sleep(target.poll_seconds)
    raise DeployError(
        f"Stack {target.stack} is still busy after {WAIT_SECONDS // 60} minutes; see the console."
    )


def _list_failures(client: CloudFormationClient, stack: str) -> list[str]:
    events = client.describe_stack_events(StackName=stack)["StackEvents"]
    failed = [event for event in events if event.get("ResourceStatus", "").endswith("_FAILED")]
    return [
        f"  {event.get('LogicalResourceId')}: {event.get('ResourceStatusReason', '')}"
        for event in failed[:10]
    ]


def _find_stack(client: CloudFormationClient, name: str) -> StackTypeDef | None:
    try:
        return client.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in error.response["Error"]["Message"]:
            return None
        raise


def _get_outputs(stack: StackTypeDef) -> dict[str, str]:
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def _to_parameter_list(parameters: Mapping[str, str]) -> list[ParameterTypeDef]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in sorted(parameters.items())]


def _compute_digest(package: Package, parameters: Mapping[str, str]) -> str:
    digest = hashlib.sha256(json.dumps(dict(parameters), sort_keys=True).encode())
    for file in (package.template, package.application, package.libraries):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _create_client(target: Target) -> CloudFormationClient:
    return target.session.client("cloudformation", endpoint_url=target.endpoint)
