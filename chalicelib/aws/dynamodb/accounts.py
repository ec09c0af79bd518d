"""Accounts: who may sign in."""

from pynamodb.attributes import UnicodeAttribute
from typing_extensions import override

from chalicelib.aws.dynamodb.table import Item, find
from chalicelib.domain.directory.officers import Account
from chalicelib.services.ports import Accounts


class AccountItem(Item):
    """pk ``ACCOUNT#<the identity provider's id>``, sk ``ACCOUNT``; ``body`` is the account's JSON."""

    body = UnicodeAttribute()


class TableAccounts(Accounts):
    """``ports.Accounts``; always as last written."""

    @override
    def get(self, account: str) -> Account | None:
        item = find(AccountItem, f"ACCOUNT#{account}", "ACCOUNT")
        return Account.model_validate_json(item.body) if item else None

    @override
    def put(self, account: Account) -> None:
        AccountItem(f"ACCOUNT#{account.id}", "ACCOUNT", body=account.model_dump_json()).save()
