"""The way of one mail through the code, from the messages queue to the mail service: only ever forward."""

import sys
from collections.abc import Callable
from types import FrameType
from typing import NamedTuple

from chalicelib.aws.ses import SesMailer
from chalicelib.domain.complaint.steps import StepOpened
from chalicelib.services.routes import create_message
from chalicelib.workers import messages
from tests.fakes import FakeWorld
from tests.paths import ROOT
from tests.sample_region import ADMIN
from tests.world import recorded

ORDER = (
    "workers.messages",
    "notifications.notifier",
    "notifications.subject",
    "notifications.recipients",
    "notifications.content",
    "notifications.rendering",
    "notifications.delivery",
    "notifications.message",
    "notifications.channels.email",
    "notifications.channels.sms",
    "notifications.channels.gsm7",
    "aws.ses",
    "aws.ses_events",
)
PACKAGE = f"{ROOT / 'chalicelib'}/"


class CallMade(NamedTuple):
    caller: str
    module: str
    function: str


class Client:
    """What ``SesMailer`` needs of SES."""

    def send_email(self, **message: object) -> dict[str, str]:
        return {"MessageId": "mail-1"}


def trace_calls(run: Callable[[], object]) -> list[CallMade]:
    """Run something; list the calls from one of the application's files to another."""
    calls: list[CallMade] = []

    def note(frame: FrameType, event: str, _: object) -> None:
        module, caller = find_module(frame), frame.f_back
        if event != "call" or module is None or frame.f_code.co_name == "<module>":
            return
        while caller and find_module(caller) is None:
            caller = caller.f_back
        if caller and find_module(caller) != module:
            calls.append(CallMade(str(find_module(caller)), module, frame.f_code.co_name))

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return calls


def find_module(frame: FrameType) -> str | None:
    file = frame.f_code.co_filename
    inside = file.startswith(PACKAGE) and file.endswith(".py")
    return file.removeprefix(PACKAGE).removesuffix(".py").replace("/", ".") if inside else None


def notify_admin(world: FakeWorld) -> list[CallMade]:
    """Tell the region's admin of a new complaint; the calls between the modules of the order."""
    events = world.complaints.list_events(recorded(world).ticket)
    (*_, opened) = (event for event in events if isinstance(event.event, StepOpened))
    calls = trace_calls(lambda: messages.notify(create_message(opened)))
    return [call for call in calls if {call.caller, call.module} <= set(ORDER)]


def list_backward(calls: list[CallMade]) -> list[CallMade]:
    return [call for call in calls if ORDER.index(call.caller) > ORDER.index(call.module)]


def test_a_mail_goes_forward_through_every_stage_once(world: FakeWorld) -> None:
    vars(world.app)["mailer"] = SesMailer(Client(), "tuntas-test")
    calls = notify_admin(world)
    stages = (
        "notify",
        "load_subject",
        "find_addressees",
        "build_template_context",
        "render_message",
        "build_form",
        "to_tag_value",
    )
    assert list_backward(calls) == []
    assert [call.function for call in calls if call.function in stages] == list(stages)


def test_an_sms_instead_of_a_refused_mail_goes_forward_too(world: FakeWorld) -> None:
    world.mailer.refusing.add(str(ADMIN.email))
    calls = notify_admin(world)
    assert len(world.sms_sender.sent) == 1
    assert list_backward(calls) == []
