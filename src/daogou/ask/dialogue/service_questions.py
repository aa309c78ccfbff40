"""Questions that no product can answer: how do I return something, do you ship to Canada, 可以分期付款吗.

The sentence's form decides: "do you", "can I", "how do we" with a verb that shops do or let do, or a question whose
noun phrase ends with a service. "Do you have shipping boxes?" asks for boxes.
"""

import functools
import re
from collections.abc import Mapping

from daogou.catalog.matching.wording import mentions
from daogou.text.lists import table

_ADVERB = r"(?: (?:also|still|even|ever|just|please|then|usually|normally|actually|always|\w+ly))*"
_SHOP = r"(?:you|u|they|(?:the|this|your) (?:shop|store|company))"
_SOMEBODY = rf"(?:i|we|one|somebody|someone|{_SHOP})"
_AUXILIARY = r"\b(?:do|does|did|can|could|may|will|would|should|must)(?:n't)?"
_OPENER = re.compile(
    r"^\W*(?:(?:hi|hello|hey|ok|and|so|but|also|please|sorry|excuse me)\W+)*"
    r"(?:what|how|where|when|who|which|why|is|are|do|does|can|could|may|will|would|should|did|have|has|any|tell me|i(?:'d| would) like to know)\b"
)
_AFTER_NOUN = (
    r"(?=\W*$|[?.,!;]| (?:policy|policies|costs?|fees?|charges?|prices?|rates?|times?|options?|methods?|details|period|"
    r"terms|conditions|included|free|take|takes|on|for|to|in|of|from|by|available|work|works|is|are|like|if|when|and|or|abroad|today|tomorrow)\b)"
)
_OWN_VERBS = re.compile(  # what else "do you ..." may ask of a guide or of the shelves
    r"(?:have|sell|carry|stock|offer|get|got|keep|make|do|know|think|mean|see|like|recommend|suggest|want|need|understand"
    r"|remember|prefer|happen|find|supply|provide|list|deal|hold|show|believe|say|come|feel|agree|love|use|own|guys|not)\b"
)
_HABIT = re.compile(rf"^\W*(?:(?:hi|hello|hey|ok|and|so|but|also)\W+)*do {_SHOP}{_ADVERB} (?P<verb>[a-z]+)\b")
_ABOUT_YOU = re.compile(
    r"\b(?:are|is|when are|when is) (?:you|the shop|the store|your (?:shop|store)) (?P<open>open|closed)\b"
    r"|\bwhere(?:'s| is| are) (?P<where>you(?: located| based)?|(?:your|the) (?:shop|store|showroom)(?: located)?)\W*$"
)
_HAN_QUESTION = re.compile(r"吗|么|嘛|呢|怎|如何|多久|多少|几|哪|什么|能|可以|支持|是否|有没有|要不要|[?？]")
_HAN_AFTER = (
    r"(?:上门|服务|政策|方式|时间|费用|费|流程|问题|期限|期|规则|电话|号码|地址|范围|标准|渠道|了|到[\u3400-\u9fff]{1,8}?|(?:(?![有卖])[\u3400-\u9fff]){2,4}(?=吗))?"
    r"(?=吗|么|嘛|呢|是|要|需|有|怎|如何|多|几|哪|不|什|可|能|免|在哪|$|[?？。,，!！、\s])"
)


def service_topic(text: str, own: Mapping[str, tuple[str, ...]]) -> str | None:
    """The topic of a folded message that asks for a service of the shop; "" where it is none that has a name here.

    `own` are the merchant's words for topics. None: no such question.
    """
    asks = bool(_OPENER.search(text)) or text.rstrip().endswith(("?", "？")) or bool(_HAN_QUESTION.search(text))
    for topic, words in own.items():
        if (asks or len(text.split()) <= _FEW_WORDS) and any(mentions(text, word) for word in words):
            return topic
    for topic, (forms, names) in _patterns().items():
        if any(form.search(text) for form in forms) or (asks and any(name.search(text) for name in names)):
            return topic
    if found := _ABOUT_YOU.search(text):
        return "opening_hours" if found["open"] else "location"
    habit = _HABIT.search(text)
    return "" if habit and not _OWN_VERBS.match(habit["verb"]) else None


_FEW_WORDS = 4


@functools.cache
def _patterns() -> Mapping[str, tuple[list[re.Pattern[str]], list[re.Pattern[str]]]]:
    """Topic -> the forms that ask for it, and the noun phrases that do where they end a question."""
    return {topic: (_forms(topic, words["verbs"]), _names(words)) for topic, words in table("services.toml").items()}


def _names(words: Mapping[str, str]) -> list[re.Pattern[str]]:
    noun = rf"(?<!with )(?<!with free )\b(?:{words['nouns']}){_AFTER_NOUN}"
    return [re.compile(noun), re.compile(rf"(?:{words['han']}){_HAN_AFTER}")]


def _forms(topic: str, verbs: str) -> list[re.Pattern[str]]:
    who = _SHOP if topic == "opening_hours" else _SOMEBODY
    does = re.compile(rf"{_AUXILIARY} {who}{_ADVERB} (?:{verbs})\b")
    done = re.compile(rf"\b(?:be|get) (?:it |them |this )?(?:{verbs})(?:p?ed|d)\b(?! with)")
    return [does] if topic == "payment" else [does, done]
