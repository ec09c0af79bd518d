"""The promises of the packaged template."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from chalicelib.domain.procedure.model import StepKind
from infra.deploy.build import to_logical_id
from infra.deploy.queues import DEAD_RETENTION_SECONDS, QUEUES, RELAY_DEAD

Json = dict[str, Any]

SENDS_SMS = ("AccountSmsRole", "DeliveryFeedbackRole", "MessagesRole")


def _get_logical_id(value: Any) -> str:
    """Return the logical id of a `Ref` or `Fn::GetAtt`."""
    return str(value["Ref"] if "Ref" in value else value["Fn::GetAtt"][0])


def _list_events(functions: Json, kind: str) -> Iterator[tuple[str, Json, Json]]:
    for name, function in functions.items():
        for event in function["Properties"].get("Events", {}).values():
            if event["Type"] == kind:
                yield name, function["Properties"], event["Properties"]


def _list_statements(resources: Json) -> Iterator[tuple[str, Json]]:
    for name, resource in resources.items():
        if resource["Type"] == "AWS::IAM::Role":
            for policy in resource["Properties"].get("Policies", []):
                for statement in policy["PolicyDocument"]["Statement"]:
                    yield name, statement


def _to_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _list_allowed(resources: Json, function: str) -> set[str]:
    """Return the actions that the function of that logical id may take."""
    return {
        action
        for name, statement in _list_statements(resources)
        if name == f"{function}Role" and statement["Effect"] == "Allow"
        for action in _to_list(statement["Action"])
    }


def _list_targets(resources: Json, role: str) -> set[str]:
    """Return the short names of the queues to which the role may send messages."""
    names = {f"{queue.logical_id}Queue": queue.name for queue in QUEUES} | {"RelayDeadQueue": RELAY_DEAD}
    return {
        names[_get_logical_id(resource)]
        for name, statement in _list_statements(resources)
        if name == role and "sqs:SendMessage" in statement["Action"]
        for resource in _to_list(statement["Resource"])
    }


def test_every_queue_has_its_function(functions: Json) -> None:
    worked = {_get_logical_id(event["Queue"]): name for name, _, event in _list_events(functions, "SQS")}
    assert worked == {f"{queue.logical_id}Queue": queue.logical_id for queue in QUEUES}


def test_every_kind_of_step_has_a_queue() -> None:
    assert set(StepKind) <= {queue.name for queue in QUEUES}


def test_visibility_is_six_function_timeouts(resources: Json, functions: Json) -> None:
    for name, function, event in _list_events(functions, "SQS"):
        queue = resources[_get_logical_id(event["Queue"])]["Properties"]
        assert queue["VisibilityTimeout"] >= 6 * function["Timeout"], name


def test_a_batch_answers_record_by_record_and_never_takes_all_processes(functions: Json) -> None:
    for name, _, event in _list_events(functions, "SQS"):
        assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"], name
        assert 2 <= event["ScalingConfig"]["MaximumConcurrency"] <= 10, name
        assert event["BatchSize"] >= 1


def test_dead_letters_after_five_tries_are_kept_two_weeks_and_ring(resources: Json) -> None:
    alarmed = {
        _get_logical_id(alarm["Properties"]["Dimensions"][0]["Value"])
        for alarm in resources.values()
        if alarm["Type"] == "AWS::CloudWatch::Alarm" and alarm["Properties"]["Namespace"] == "AWS/SQS"
    }
    for queue in QUEUES:
        redrive = resources[f"{queue.logical_id}Queue"]["Properties"]["RedrivePolicy"]
        dead = _get_logical_id(redrive["deadLetterTargetArn"])
        assert redrive["maxReceiveCount"] >= 5
        assert resources[dead]["Properties"]["MessageRetentionPeriod"] == DEAD_RETENTION_SECONDS == 1_209_600
        assert dead in alarmed
    assert resources["RelayDeadQueue"]["Properties"]["MessageRetentionPeriod"] == DEAD_RETENTION_SECONDS
    assert "RelayDeadQueue" in alarmed


def test_alarms_are_heard_and_silence_is_no_alarm(resources: Json) -> None:
    alarms = {
        name: body["Properties"]
        for name, body in resources.items()
        if body["Type"] == "AWS::CloudWatch::Alarm"
    }
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == [{"Ref": "AlarmTopic"}], name
        assert alarm["TreatMissingData"] == "notBreaching", name
    assert {"RelayBehindAlarm", "PromiseAlarm", "RecordWaitingAlarm", "LadderFailedAlarm"} <= alarms.keys()
    assert alarms["PromiseAlarm"]["Threshold"] == 60
    assert alarms["RelayBehindAlarm"]["MetricName"] == "IteratorAge"


def test_the_api_alarm_counts_answers_since_the_function_itself_never_fails(resources: Json) -> None:
    alarm = resources["ApiErrorsAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/ApiGateway", "5XXError")
    assert alarm["Dimensions"] == [{"Name": "ApiName", "Value": resources["RestAPI"]["Properties"]["Name"]}]


def test_a_spent_sms_budget_rings(resources: Json) -> None:
    alarm = resources["SmsBudgetAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"], alarm["Threshold"]) == ("Tuntas", "SmsOverBudget", 0)


def test_the_relay_reads_new_events_only_and_from_the_beginning(functions: Json) -> None:
    [(name, _, event)] = _list_events(functions, "DynamoDB")
    assert name == "Relay"
    assert event["StartingPosition"] == "TRIM_HORIZON"
    [pattern] = [json.loads(each["Pattern"]) for each in event["FilterCriteria"]["Filters"]]
    assert pattern == {"eventName": ["INSERT"], "dynamodb": {"Keys": {"sk": {"S": [{"prefix": "EVENT#"}]}}}}


def test_the_stream_repeats_a_failed_batch_without_end(functions: Json) -> None:
    [(_, _, event)] = _list_events(functions, "DynamoDB")
    assert not {"MaximumRetryAttempts", "MaximumRecordAgeInSeconds", "FunctionResponseTypes"} & event.keys()


def test_a_role_per_function(functions: Json) -> None:
    roles = {name: _get_logical_id(function["Properties"]["Role"]) for name, function in functions.items()}
    assert len(set(roles.values())) == len(functions)


def test_no_resource_is_everything(resources: Json) -> None:
    unrestricted = {
        (name, tuple(_to_list(statement["Action"])))
        for name, statement in _list_statements(resources)
        if statement["Effect"] == "Allow" and "*" in _to_list(statement["Resource"])
    }
    assert unrestricted == {(role, ("sns:Publish",)) for role in SENDS_SMS}, "a telephone number has no ARN"


def test_no_action_is_everything(resources: Json) -> None:
    for name, statement in _list_statements(resources):
        for action in _to_list(statement["Action"]):
            assert "*" not in action, (name, action)


def test_senders_of_sms_may_not_publish_to_topics(resources: Json) -> None:
    for role in SENDS_SMS:
        denied = [
            statement["Resource"]
            for name, statement in _list_statements(resources)
            if name == role
            and statement["Effect"] == "Deny"
            and "sns:Publish" in _to_list(statement["Action"])
        ]
        assert denied == ["arn:*:sns:*:*:*"]


@pytest.mark.parametrize("role", ["MessagesRole", "DeliveryFeedbackRole"])
def test_mail_goes_out_under_one_address_only(template: Json, resources: Json, role: str) -> None:
    [mail] = [
        each
        for name, each in _list_statements(resources)
        if name == role and "ses:SendEmail" in each["Action"]
    ]
    # "IfExists" for the local cloud, which does not know the sender here; AWS always does.
    assert mail["Condition"] == {"StringEqualsIfExists": {"ses:FromAddress": {"Ref": "MailFrom"}}}
    assert "*" not in json.dumps(mail["Resource"])
    assert template["Parameters"]["MailResource"]["Default"] == ""


def test_queue_functions_may_poll_their_own_queue_only(resources: Json) -> None:
    for queue in QUEUES:
        polled = [
            statement["Resource"]
            for name, statement in _list_statements(resources)
            if name == f"{queue.logical_id}Role" and "sqs:ReceiveMessage" in statement["Action"]
        ]
        assert polled == [{"Fn::GetAtt": [f"{queue.logical_id}Queue", "Arn"]}]


@pytest.mark.parametrize(("role", "others"), [("RelayRole", {RELAY_DEAD}), ("ReconcileRole", set())])
def test_senders_of_effects_reach_every_queue_of_effects_and_no_other(
    resources: Json, role: str, others: set[str]
) -> None:
    assert _list_targets(resources, role) == {*StepKind, "clocks", "messages", "changes"} | others


@pytest.mark.parametrize(
    ("function", "needless"),
    [
        ("Record", {"kms:GenerateMac", "sqs:SendMessage"}),
        ("Deliver", {"kms:GenerateMac", "sqs:SendMessage"}),
        ("Complete", {"kms:GenerateMac"}),
        ("Confirm", {"kms:GenerateMac"}),
    ],
)
def test_a_reporters_step_needs_no_link_and_a_systems_step_sends_no_message(
    resources: Json, function: str, needless: set[str]
) -> None:
    allowed = _list_allowed(resources, function)
    assert "dynamodb:PutItem" in allowed
    assert allowed & needless == set()


@pytest.mark.parametrize("function", ["Verify", "Consult", "Respond", "Review", "Follow", "Reconcile"])
def test_functions_that_create_officer_links_may_derive_keys_and_send_messages(
    resources: Json, function: str
) -> None:
    assert "kms:GenerateMac" in _list_allowed(resources, function)
    assert "messages" in _list_targets(resources, f"{function}Role")


@pytest.mark.parametrize("role", ["ApiHandlerRole", "ChangesRole"])
def test_functions_that_change_many_complaints_send_a_message_for_each(resources: Json, role: str) -> None:
    assert _list_targets(resources, role) == {"changes", "messages"}


def test_the_function_of_clocks_sends_messages_about_moved_deadlines(resources: Json) -> None:
    assert _list_targets(resources, "ClocksRole") == {"messages"}


def test_changes_reach_only_the_files_of_complaints(resources: Json) -> None:
    reached = [
        statement["Resource"]
        for name, statement in _list_statements(resources)
        if name == "ChangesRole" and any(action.startswith("s3:") for action in _to_list(statement["Action"]))
    ]
    assert reached == [{"Fn::Sub": "${Bucket.Arn}/files/*"}]


def test_the_function_of_messages_writes_bundles_and_reads_no_file(resources: Json) -> None:
    allowed = [
        (_to_list(statement["Action"]), statement["Resource"])
        for name, statement in _list_statements(resources)
        if name == "MessagesRole"
        and any(action.startswith("s3:") for action in _to_list(statement["Action"]))
    ]
    assert allowed == [(["s3:PutObject"], {"Fn::Sub": "${Bucket.Arn}/files/*"})]


def test_the_api_is_allowed_only_the_account_operations_that_it_signs(
    resources: Json,
) -> None:
    # Codes and registrations are public operations of Cognito: nobody signs them and no policy is asked.
    allowed = {
        (name, action)
        for name, statement in _list_statements(resources)
        for action in _to_list(statement["Action"])
        if action.startswith("cognito-idp:")
    }
    assert allowed == {
        ("ApiHandlerRole", "cognito-idp:AdminGetUser"),
        ("ApiHandlerRole", "cognito-idp:AdminInitiateAuth"),
        ("ApiHandlerRole", "cognito-idp:AdminSetUserPassword"),
    }


def test_a_password_is_as_long_as_the_application_says(resources: Json) -> None:
    from chalicelib.services.staff.accounts import SHORTEST_PASSWORD

    policy = resources["UserPool"]["Properties"]["Policies"]["PasswordPolicy"]
    assert policy["MinimumLength"] == SHORTEST_PASSWORD


def test_logs_are_kept_for_a_while_and_not_for_ever(resources: Json, functions: Json) -> None:
    groups = {
        re.sub(
            r"\W", "", resource["Properties"]["LogGroupName"]["Fn::Sub"].removeprefix("/aws/lambda/")
        ): resource
        for resource in resources.values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    }
    assert groups.keys() == functions.keys()
    assert all(group["Properties"]["RetentionInDays"] == 90 for group in groups.values())


def test_a_function_may_write_its_own_log_and_cannot_make_one_without_retention(
    resources: Json, functions: Json, function_names: list[str]
) -> None:
    for name in function_names:
        function = functions[to_logical_id(name)]["Properties"]
        role = _get_logical_id(function["Role"])
        [log] = [
            each
            for owner, each in _list_statements(resources)
            if owner == role and "logs:PutLogEvents" in each["Action"]
        ]
        assert log["Resource"]["Fn::Sub"].endswith(
            f"log-group:/aws/lambda/{function['FunctionName']['Fn::Sub']}:*"
        )
        assert "logs:CreateLogGroup" not in log["Action"]


def test_every_handler_is_in_the_app(functions: Json) -> None:
    import app

    for name, function in functions.items():
        module, handler = function["Properties"]["Handler"].split(".")
        assert module == "app"
        assert callable(getattr(app, handler)), name


def test_every_kind_of_step_has_a_handler_of_its_name(functions: Json) -> None:
    handlers = [functions[kind.capitalize()]["Properties"]["Handler"] for kind in StepKind]
    assert handlers == [f"app.{kind}" for kind in StepKind]


def test_no_function_is_without_a_policy_file(functions: Json, function_names: list[str]) -> None:
    # Chalice would give a trigger that the configuration does not name the role of another.
    assert sorted(functions) == sorted(to_logical_id(name) for name in function_names)


def test_all_functions_know_all_queues(template: Json) -> None:
    variables = template["Globals"]["Function"]["Environment"]["Variables"]
    urls = json.loads(variables["QUEUE_URLS"]["Fn::Sub"])
    assert set(urls) == {queue.name for queue in QUEUES} | {RELAY_DEAD}
    for name, url in urls.items():
        assert re.fullmatch(r"\$\{\w+Queue\}", url), name
        assert url[2:-1] in template["Resources"]


def test_every_setting_of_the_application_is_in_the_template(template: Json) -> None:
    from chalicelib.settings import Settings

    variables = set(template["Globals"]["Function"]["Environment"]["Variables"])
    needed = {name.upper() for name, setting in Settings.model_fields.items() if setting.is_required()}
    assert needed <= variables | {"AWS_REGION"}, "AWS_REGION is Lambda's own"


@pytest.mark.parametrize("name", ["Table", "Bucket", "HmacKey", "UserPool"])
def test_resources_that_cannot_be_recreated_are_retained(resources: Json, name: str) -> None:
    assert resources[name]["DeletionPolicy"] == resources[name]["UpdateReplacePolicy"] == "Retain"


def test_the_table(resources: Json) -> None:
    table = resources["Table"]["Properties"]
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_IMAGE"}
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["SSESpecification"] == {"SSEEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert {index["IndexName"] for index in table["GlobalSecondaryIndexes"]} >= {
        "OwnerIndex",
        "RegionIndex",
        "ReporterIndex",
    }


def test_the_bucket_is_private_and_forgets_uploads(resources: Json) -> None:
    bucket = resources["Bucket"]["Properties"]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Prefix"], rule["ExpirationInDays"], rule["Status"]) == ("incoming/", 1, "Enabled")


def test_the_door_answers_problems_by_itself_too(resources: Json) -> None:
    responses = resources["RestAPI"]["Properties"]["GatewayResponses"]
    assert {"DEFAULT_4XX", "DEFAULT_5XX", "THROTTLED"} <= responses.keys()
    for name, response in responses.items():
        assert response["ResponseParameters"]["Headers"]["Content-Type"] == "'application/problem+json'"
        text = response["ResponseTemplates"]["application/json"]
        assert json.loads(text.replace("$context.error.messageString", '"why"'))["title"], name


def test_the_api_is_regional(resources: Json) -> None:
    assert resources["RestAPI"]["Properties"]["EndpointConfiguration"] in ("REGIONAL", {"Type": "REGIONAL"})


def test_the_template_fits_cloudformation(template: Json) -> None:
    assert len(json.dumps(template, separators=(",", ":"))) < 400_000, (
        "the limit for TemplateURL is 1 MB after SAM"
    )
    assert len(template["Resources"]) < 200, "the limit is 500 after SAM made several of each function"


def test_the_digests_are_made_after_every_midnight_in_indonesia(functions: Json) -> None:
    [event] = functions["Digests"]["Properties"]["Events"].values()
    assert event["Type"] == "Schedule"
    assert event["Properties"]["Schedule"] == "cron(0 18 * * ? *)"


def test_the_digests_read_and_write_the_table_and_nothing_else(resources: Json) -> None:
    reading = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
    assert _list_allowed(resources, "Digests") - {"logs:CreateLogStream", "logs:PutLogEvents"} == {
        *reading,
        "dynamodb:PutItem",
    }
