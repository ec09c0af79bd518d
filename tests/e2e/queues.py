"""The queues of the local cloud."""

from infra.local.cloud import LocalCloud

COUNTS = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]


def is_queue_empty(cloud: LocalCloud, name: str) -> bool:
    """Return whether no message waits in the queue and none is being worked on."""
    sqs = cloud.client("sqs")
    url = sqs.get_queue_url(QueueName=f"tuntas-local-{name}")["QueueUrl"]
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=COUNTS)["Attributes"]
    return all(int(counts[count]) == 0 for count in COUNTS)
