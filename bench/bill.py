"""The price of a complaint's life: its counts times the list prices."""

import json
import math
from collections import Counter

from bench.life import Ladders, Life
from bench.meter import Count
from bench.prices import PRICES
from infra.deploy.build import CHALICE_CONFIG


def compute_bill(life: Life, ladders: Ladders) -> list[tuple[str, float, float]]:
    """Return the bill for a thousand such complaints: name, number a complaint, US$ a thousand."""
    count = life.total
    s3 = {name: number for name, number in count.calls.items() if name.startswith("s3 ")}
    amounts = {
        "API Gateway request (REST)": count.handled["api_handler"],
        "Lambda request": count.handled.total(),
        "Lambda GB-second": count_gigabyte_seconds(count),
        "DynamoDB write request unit": sum(count.write_units.values()),
        "DynamoDB read request unit": count.read_units + count_ladder_reads(ladders),
        # Each message: our send (or the topic's, which is free), and the platform's receive and delete.
        "SQS request": 3 * count.count_calls("sqs") + 2 * count.handled["delivery_feedback"],
        "Step Functions state transition": sum(map(len, ladders.values())),
        "SES e-mail": count.count_calls("sesv2"),
        "SNS notification (SES feedback)": count.handled["delivery_feedback"],
        "S3 PUT, POST": s3.get("s3 PutObject", 0) + 1,  # the browser's own upload
        "S3 GET": s3.get("s3 GetObject", 0),
    }
    return [(name, float(amounts[name]), amounts[name] * price * 1000) for name, price in PRICES.items()]


def count_gigabyte_seconds(count: Count) -> float:
    """Return the functions' seconds on this machine times their memory; AWS's processors differ."""
    config = json.loads(CHALICE_CONFIG.read_text())
    functions = config["stages"]["main"]["lambda_functions"]
    return math.fsum(
        seconds * functions[name].get("lambda_memory_size", config["lambda_memory_size"]) / 1024
        for name, seconds in count.seconds.items()
    )


def count_ladder_reads(ladders: Ladders) -> int:
    """Count a ladder's reads of its clock's item, which is under 4 KB: one unit each time."""
    return Counter(state for states in ladders.values() for state in states)["ReadClock"]
