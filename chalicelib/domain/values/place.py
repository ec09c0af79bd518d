"""The place a complaint is about, and the check that it is in Indonesia."""

from chalicelib.domain.values.errors import Refusal
from chalicelib.domain.values.value import Value

SOUTH, NORTH = -11.2, 6.3
WEST, EAST = 94.7, 141.1
"""Degrees (WGS 84) of a box around Rote, Weh, Sabang and Merauke, with a little sea."""


class Place(Value):
    """The place where something happened: WGS 84 degrees, an address, or both."""

    latitude: float | None = None
    longitude: float | None = None
    address: str = ""


def check_place(place: Place) -> None:
    """Raise ``Refusal`` where the place is empty, outside Indonesia, or has its coordinates swapped."""
    if place.latitude is None and place.longitude is None:
        if not place.address.strip():
            raise Refusal("missing_place")
        return
    if place.latitude is None or place.longitude is None:
        raise Refusal("coordinates_incomplete")
    if _is_in_indonesia(place.latitude, place.longitude):
        return
    if _is_in_indonesia(place.longitude, place.latitude):
        raise Refusal("place_swapped")
    raise Refusal("place_outside")


def _is_in_indonesia(latitude: float, longitude: float) -> bool:
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST
