"""The accounts of people who may sign in."""

from pynamodb.attributes import UnicodeAttribute
from typing_extensions import override

from chalicelib.aws.dynamodb.table import Item, find_item
from chalicelib.domain.directory.officers import Account
from chalicelib.services.ports import Accounts


class AccountItem(Item):
    """An account: pk ``ACCOUNT#<the identity provider's id>``, sk ``ACCOUNT``; ``body`` is its JSON."""

    body = UnicodeAttribute()


class TableAccounts(Accounts):
    """The accounts in the table, as ``ports.Accounts``; always as last written."""

    @override
    def get(self, account: str) -> Account | None:
        item = find_item(AccountItem, f"ACCOUNT#{account}", "ACCOUNT")
        return Account.model_validate_json(item.body) if item else None

    @override
    def put(self, account: Account) -> None:
        AccountItem(f"ACCOUNT#{account.id}", "ACCOUNT", body=account.model_dump_json()).save()
