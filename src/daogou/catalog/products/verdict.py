"""What an answer says of the thing that was asked for."""

from enum import StrEnum


class Sold(StrEnum):
    """Every answer carries one, and its text agrees."""

    FOUND = "found"  # here it is
    CLOSEST = "closest"  # the closest that there is; no claim either way
    NOT_SOLD = "not_sold"  # this shop has no such thing
    OTHER = "other"  # the answer is about something else: a comparison, thanks, a question about the shop
