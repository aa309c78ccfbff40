"""How a language model reads a product before it judges what a shopper would say who wants it."""

from dataclasses import dataclass
from typing import Protocol

from daogou.catalog.products.product import Product
from daogou.text.product_line import product_line
from daogou.text.prompts import Task, asked_for, continuation, line, prompt_for, searched_for


class Form(Protocol):
    """The prompt of P(q | product), and how the shopper's words follow it."""

    def prompt(self, product: Product, language: str, *, instructed: bool) -> str:
        """Up to where the shopper's words begin."""
        ...

    def continuation(self, words: str) -> str:
        """The words as they follow."""
        ...


@dataclass(frozen=True)
class Taught:
    """The form that the builtin model was taught, with the product's facts; a model that takes orders is told what to do."""

    def prompt(self, product: Product, language: str, *, instructed: bool) -> str:
        """The product's line, then "shopper:"."""
        form = asked_for(product_line(product, language))
        return prompt_for(Task.ASK, form, instructed=instructed, language=language)

    def continuation(self, words: str) -> str:
        """A line of its own."""
        return continuation(words)


@dataclass(frozen=True)
class Searched:
    """What a model has read of the world's shops: a title, and what was typed into their search boxes."""

    def prompt(self, product: Product, language: str, *, instructed: bool) -> str:
        """The title, then "Search query:"; in the title's own words nothing is to be explained to anybody."""
        return searched_for(product.title_in(language), language)

    def continuation(self, words: str) -> str:
        """Without the end of the line: how much a shopper has to say is not the product's doing."""
        return f" {line(words)}"


TAUGHT, SEARCHED = Taught(), Searched()
