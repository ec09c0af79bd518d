"""List prices in US$ of one unit each. Data: correct it here.

They are those of US East (N. Virginia) as of November 2025, from memory of AWS's price pages, without free
tiers: list price, check before you rely on it. Jakarta (ap-southeast-3) usually costs some 5 to 25 % more.
"""

AS_OF = "November 2025, US East (N. Virginia); list price, check before you rely on it"

PRICES: dict[str, float] = {
    "API Gateway request (REST)": 3.50 / 1e6,
    "Lambda request": 0.20 / 1e6,
    "Lambda GB-second": 0.0000166667,
    "DynamoDB write request unit": 0.625 / 1e6,
    "DynamoDB read request unit": 0.125 / 1e6,
    "SQS request": 0.40 / 1e6,
    "Step Functions state transition": 25.0 / 1e6,
    "SES e-mail": 0.10 / 1e3,
    "SNS notification (SES feedback)": 0.50 / 1e6,
    "S3 PUT, POST": 5.0 / 1e6,
    "S3 GET": 0.40 / 1e6,
}

SMS = "SMS to Indonesia"
SMS_PRICE = 0.40
"""US$ a segment. An assumption of its order: it differs by carrier and sender, so look it up."""
