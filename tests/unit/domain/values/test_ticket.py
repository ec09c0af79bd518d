import itertools
import string
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.values.ticket import ALPHABET, TicketError, create_ticket, is_ticket, parse_ticket

prefixes = st.text(string.ascii_uppercase, min_size=2, max_size=5)


@st.composite
def tickets(draw: st.DrawFn) -> str:
    return create_ticket(draw(prefixes), lambda n: draw(st.integers(0, n - 1)))


def test_a_ticket_is_the_prefix_five_random_characters_and_a_check_character() -> None:
    drawn = iter([5, 17, 1, 20, 7])
    ticket = create_ticket("ABC", lambda n: next(drawn) if n == 29 else -1)
    # Weights 9 to 2 from the left: 8*9 + 9*8 + 10*7 + 5*6 + 17*5 + 1*4 + 20*3 + 7*2 = 407, and 407 + 28
    # is a multiple of 29.
    assert ticket == "ABC-7K3P9Y"


def test_a_ticket_issued_stays_valid_with_any_letters_in_its_prefix() -> None:
    # I, L, O, S, Z stand for 0 to 4: 3*11 + 2*10 + 1*9 + 0*8 + 4*7 + 3*(6+5+4+3+2) = 150,
    # and 150 + 24 is a multiple of 29.
    assert create_ticket("SOLIZ", lambda n: 3) == "SOLIZ-55555U"


def test_the_alphabet_has_29_symbols_and_none_that_looks_like_another() -> None:
    assert len(set(ALPHABET)) == 29
    assert not set(ALPHABET) & set("01OILSZ")


@pytest.mark.parametrize("prefix", ["", "A", "ABCDEF", "abc", "A1", "A-B", "ÄB"])
def test_a_prefix_is_two_to_five_capital_letters(prefix: str) -> None:
    with pytest.raises(ValueError, match="prefix"):
        create_ticket(prefix, lambda n: 0)


@given(tickets())
def test_a_new_ticket_is_one_and_normalises_to_itself(ticket: str) -> None:
    assert is_ticket(ticket)
    assert parse_ticket(ticket) == ticket


@given(tickets())
@settings(max_examples=30)
def test_every_single_wrong_character_is_caught(ticket: str) -> None:
    symbols = set(ALPHABET) | set(string.ascii_uppercase)
    wrong = [
        ticket[:i] + symbol + ticket[i + 1 :]
        for i, right in enumerate(ticket)
        for symbol in symbols - {right}
        if right != "-"
    ]
    assert not [text for text in wrong if is_ticket(text)]


@given(tickets())
def test_every_swap_of_neighbours_is_caught_even_across_the_dash(ticket: str) -> None:
    symbols, dash = ticket.replace("-", ""), ticket.index("-")
    for i, (a, b) in enumerate(itertools.pairwise(symbols)):
        swapped = symbols[:i] + b + a + symbols[i + 2 :]
        assert a == b or not is_ticket(f"{swapped[:dash]}-{swapped[dash:]}")


@given(tickets(), st.data())
def test_a_ticket_is_read_however_it_was_typed(ticket: str, data: st.DataObject) -> None:
    separators = st.sampled_from(["", " ", "-", ". ", "\u2013", "\u00a0"])
    typed = "".join(
        (symbol.lower() if data.draw(st.booleans()) else symbol) + data.draw(separators)
        for symbol in ticket.replace("-", "")
    )
    assert parse_ticket(f" {typed}\n") == ticket


@pytest.mark.parametrize(
    "text", ["", "ABC", "7K3M9X", "AB-7K3M9", "ABC-7K3M9XX", "ABC-7K3M0X", "ABCDEF-7K3M9X"]
)
def test_what_cannot_be_a_ticket_is_refused_for_its_form(text: str) -> None:
    with pytest.raises(TicketError) as refused:
        parse_ticket(text)
    assert refused.value.reason == "form"


def test_a_slip_is_refused_for_its_check_character() -> None:
    ticket = create_ticket("ABC", lambda n: 3)
    slip = ticket[:-1] + ("2" if ticket[-1] != "2" else "3")
    with pytest.raises(ValueError, match="wrong or missing, or two are swapped") as refused:
        parse_ticket(slip)
    assert isinstance(refused.value, TicketError)
    assert refused.value.reason == "check"


@pytest.mark.parametrize(
    "change", [str.lower, lambda t: t.replace("-", ""), lambda t: t + " ", lambda t: t + "\n"]
)
def test_only_the_written_form_is_a_ticket(change: Callable[[str], str]) -> None:
    assert not is_ticket(change(create_ticket("ABC", lambda n: 3)))
