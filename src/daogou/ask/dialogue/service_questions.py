"""Questions that no product can answer: how do I return something, do you ship to Canada, 可以分期付款吗.

The sentence's form decides: "do you", "can I", "how do we" with a verb that shops do or let do, or a question whose
noun phrase ends with a service. "Do you have shipping boxes?" asks for boxes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from daogou.catalog.matching.wording import mentions


@dataclass(frozen=True, kw_only=True)
class _Topic:
    """The words of one topic, as alternatives of a pattern."""

    verbs: str = ""  # what the shop does or lets shoppers do
    nouns: str = ""
    han: str = ""


_TOPICS: Mapping[str, _Topic] = {
    "orders": _Topic(
        verbs=r"track|(?:cancel|change|amend) (?:my|an|the) order",
        nouns=r"(?:my|an) (?:order|parcel|package)|order status|tracking(?: number)?",
        han=r"订单|查(?:快递|物流)",
    ),
    "shipping": _Topic(
        verbs=r"ship|deliver|dispatch|post|mail",
        nouns=r"shipping|shipment|delivery|deliveries|postage|dispatch",
        han=r"发货|送货|配送|送到|寄到|发到|邮寄|快递|包邮|运费|邮费|物流|送达",
    ),
    "returns": _Topic(
        verbs=r"return|refund|exchange|swap|(?:send|take|give|bring) (?:\w+ ){0,2}?back|get (?:my|our) money back",
        nouns=r"returns?|refunds?|exchanges?|money back|right of withdrawal",
        han=r"退换货|退货|退换|换货|退款|退钱|无理由|退",
    ),
    "payment": _Topic(
        verbs=r"pay|accept|(?:take|use) (?:paypal|cash|card|credit|debit|american express|visa|apple pay|google pay)",
        nouns=r"payments?|instal?lments?|invoices?|cash on delivery|(?:credit|debit) cards?|financing",
        han=r"分期付款|货到付款|付款|支付宝|支付|分期|刷卡|花呗|信用卡|开发票|发票|赊账",
    ),
    "warranty": _Topic(
        verbs=r"repair|guarantee",
        nouns=r"warrant(?:y|ies)|guarantees?|after[- ]sales(?: service)?|repairs?|repair service",
        han=r"保修|质保|维修|售后|三包|联保",
    ),
    "contact": _Topic(
        verbs=r"contact|(?:reach|call|email|phone|speak (?:to|with)|talk (?:to|with)|write to)"
        r" (?:you|someone|somebody|customer|support|staff|a (?:person|human))|complain",
        nouns=r"(?:tele)?phone number|e-?mail(?: address)?|contact(?: details)?|customer (?:service|support|care)|hotline",
        han=r"联系|客服|电话|投诉|人工",
    ),
    "opening_hours": _Topic(
        verbs=r"open|close",
        nouns=r"(?:opening|business|store|shop|working) (?:hours|times)",
        han=r"营业|开门|关门|打烊|开店",
    ),
    "location": _Topic(
        verbs=r"(?:collect|pick) (?:\w+ ){0,2}?(?:up|in(?: the| your)? (?:store|shop|person))|visit",
        nouns=r"(?:physical|real|brick and mortar) (?:shop|store)|click and collect|showroom|branch(?:es)?",
        han=r"地址|门店|实体店|自提|店在哪|在哪儿?(?:里)?开店",
    ),
}
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
    for topic, patterns in _FORMS.items():
        if any(pattern.search(text) for pattern in patterns) or (asks and _names(text, _TOPICS[topic])):
            return topic
    if found := _ABOUT_YOU.search(text):
        return "opening_hours" if found["open"] else "location"
    habit = _HABIT.search(text)
    return "" if habit and not _OWN_VERBS.match(habit["verb"]) else None


_FEW_WORDS = 4


def _names(text: str, topic: _Topic) -> bool:
    """Whether a question's noun phrase ends with the service."""
    noun = rf"(?<!with )(?<!with free )\b(?:{topic.nouns}){_AFTER_NOUN}"
    return bool(re.search(noun, text) or re.search(rf"(?:{topic.han}){_HAN_AFTER}", text))


def _forms(name: str, topic: _Topic) -> list[re.Pattern[str]]:
    who = _SHOP if name == "opening_hours" else _SOMEBODY
    does = rf"{_AUXILIARY} {who}{_ADVERB} (?:{topic.verbs})\b"
    done = rf"\b(?:be|get) (?:it |them |this )?(?:{topic.verbs})(?:p?ed|d)\b(?! with)"
    return [re.compile(does), re.compile(done)] if name != "payment" else [re.compile(does)]


_FORMS = {name: _forms(name, topic) for name, topic in _TOPICS.items()}
