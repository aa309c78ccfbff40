"""Questions that the whole catalogue answers (what do you sell, which brands of tea), and those that no product can (shipping, 退货)."""

import functools
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from daogou.ask.lexicon import Lexicon
from daogou.catalog.matching.wording import mentions
from daogou.catalog.products.need import Act, Asks, ShopperNeed, ShopQuestion
from daogou.catalog.products.product import Product
from daogou.text.words import cut, is_chinese, segment, table

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


_HELLO = r"^\W*(?:(?:hi|hello|hey|ok|okay|and|so|well|please|sorry|excuse me|can you tell me|tell me)\W+)*"
_YOU = r"(?:you|u|we|i|they|there|(?:the|this|your) (?:shop|store|place))"
_HAVE = r"(?: (?:guys|all|actually|generally|mostly|have|has|sell|sells|carry|carries|stock|offer|offers|got|get|buy|find|keep|for sale|on offer|available|here|in total|altogether|in (?:the|your|this) (?:shop|store)|in stock))*"
_THING = r"(?P<thing>[a-z0-9][\w'& -]*?)"
_GOODS = r"(?:things?|products?|stuff|items?|goods|merchandise|articles?|models?)"
_SORTS = r"(?:kinds?|sorts?|types?|categor(?:y|ies)|departments?|sections?|range|lines?)"
_DEAR = r"most expensive|dearest|priciest|costliest|highest[- ]priced"
_CHEAP = r"cheapest|least expensive|lowest[- ]priced|most affordable|least costly"
_ENGLISH: tuple[tuple[Asks, re.Pattern[str]], ...] = (
    (
        Asks.RANGE,
        re.compile(
            rf"{_HELLO}(?:what|which)(?: {_SORTS}(?: of {_GOODS})?| {_GOODS})? (?:do|can|does|could|are|have) {_YOU}{_HAVE}\W*$"
            rf"|{_HELLO}what(?:'s| is| are) (?:in )?(?:the|this|your) (?:shop|store|range|assortment|catalogue|selection|departments|categories)(?: about)?\W*$"
            rf"|{_HELLO}(?:show|list|give)(?: me)? (?:all )?(?:your|the) (?:categories|departments|sections|range|assortment)\W*$"
            rf"|{_HELLO}what (?:kind|sort|type) of (?:shop|store) (?:is this|are you|is it)\W*$"
        ),
    ),
    (
        Asks.BRANDS,
        re.compile(
            rf"\b(?:what|which|list|name|show me)(?: all| of| me| the| your| different| other)*(?: (?P<thing>(?!is\b|are\b|do\b|does\b)[\w'&-]+(?: [\w'&-]+){{0,2}}?))??"
            rf" (?:brands|makes|manufacturers|labels)(?: (?:of|for|in) (?P<of>[a-z0-9][\w'& -]*?))?"
            rf"(?: (?:do|have|can|does|are|that) {_YOU}{_HAVE}| (?:are|is) (?:available|sold|in stock|on offer)| available| here| in stock)?\W*$"
        ),
    ),
    (
        Asks.COUNT,
        re.compile(rf"{_HELLO}how many (?:different )?{_THING} (?:do|have|does|are|can) {_YOU}{_HAVE}\W*$"),
    ),
    (
        Asks.PRICES,
        re.compile(
            rf"\b(?:price ranges?|prices|price level) (?:of|for) (?:the |your )?{_THING}\W*$"
            rf"|\b(?:what|how much) (?:do|are) (?:the |your )?(?P<of>[a-z0-9][\w'& -]*?s)(?: usually| generally| normally)?(?: cost| go for| here)+\W*$"
            r"|\bhow much are your (?P<yours>[a-z0-9][\w'& -]*?)\W*$"
        ),
    ),
    *(
        (
            asks,
            re.compile(
                rf"(?:(?P<asked>{_HELLO}(?:what|which|show|find|name)\b).*?|^.*?)\b(?:the|your) (?:very |absolute |single |next )?(?:{words})(?: {_THING})??"
                rf"(?P<shop>(?: that)? (?:{_YOU}|you've|there's|is there)\b{_HAVE}| (?:in|of|from) (?:the|your|this)(?: whole| entire)? (?:shop|store|range|assortment)| here)*\W*$"
            ),
        )
        for asks, words in ((Asks.DEAREST, _DEAR), (Asks.CHEAPEST, _CHEAP))
    ),
)
_OWNER = r"(?:(?:请问|那么?|你好|您好|想问一?下|我想知道)[,，]?)*(?:(?:你们|您们|你家|你|您|咱们|本店|贵店|这家|这里|这儿|这|全店|店里面?|店内|店铺|家|店|里|的|所有|整个)*+)"
_END = r"(?:呀|啊|呢|吗|吧|哦|的|在卖|可选|[?？。!！~\s])*$"


def _named(owner: str, group: str) -> str:
    """The pattern of who is asked, with its last part as a group."""
    return owner.replace("(?:(?:你们", f"(?P<{group}>(?:你们")


_WHICH = r"(?:哪些|哪几[个种款]?|什么|些什么|些啥|啥|几[个种款]|多少[个种款]?)"
_CHINESE: tuple[tuple[Asks, re.Pattern[str]], ...] = (
    (
        Asks.RANGE,
        re.compile(
            rf"^{_OWNER}(?:都|主要|一共|是|到底|具体)*(?:有|卖|经营|销售|出售|提供)(?:的)?(?:都)?(?:是)?(?:有)?{_WHICH}(?:东西|商品|产品|货|种类|品类|类别|类目|分类)?{_END}"
            rf"|^{_OWNER}(?:都|主要)*(?:有|卖)的(?:都)?是{_WHICH}{_END}"
        ),
    ),
    (
        Asks.BRANDS,
        re.compile(
            rf"^{_OWNER}(?P<thing>.*?)(?:都|一共|的)*(?:有|卖|是)?{_WHICH}(?:品牌|牌子)(?:的(?P<of>.+?))?(?:可以?选|在卖)?{_END}"
        ),
    ),
    (
        Asks.COUNT,
        re.compile(
            rf"^{_OWNER}(?:一共|总共|共)?有(?:多少|几)[种款个台件样双部支只瓶盒条把张本]?(?P<thing>[^,，?？]+?){_END}"
            rf"|^{_OWNER}(?P<of>[^,，?？]+?)(?:一共|总共|共|都)*有(?:多少|几)[种款个台件样双部支只瓶盒条把张本]?{_END}"
        ),
    ),
    (
        Asks.PRICES,
        re.compile(
            rf"^{_OWNER}(?P<thing>[^,，?？]+?)的?(?:价格区间|价格范围|价位|价格带)(?:是|一般|大概|大约|在|有)*(?:多少|怎么?样|如何|什么范围|什么|哪些)?{_END}"
            rf"|^{_OWNER}(?P<of>[^,，?？]+?)(?:一般|大概|大约|普遍|通常)(?:都|要|是|卖)*(?:多少钱|什么价(?:格|位)?){_END}"
        ),
    ),
    *(
        (
            asks,
            re.compile(
                rf"^{_named(_OWNER, 'shop')}(?P<of>[^,，?？哪]*?)(?:里面?|中|当中|之中)?最(?:{words})的?(?P<thing>[^,，?？]*?)"
                rf"(?P<asked>(?:是|有)?(?:哪一?[个款件台种样部双支]|什么|啥|多少钱|多少)?){_END}"
                rf"|^{_named(_OWNER, 'shop2')}哪一?[个款件台种样部双支](?P<which>[^,，?？]*?)(?:是)?最(?:{words}){_END}"
            ),
        )
        for asks, words in ((Asks.DEAREST, "贵|昂贵|高价"), (Asks.CHEAPEST, "便宜|低价|实惠"))
    ),
)
_ANYTHING = re.compile(
    rf"(?:{_GOODS}|one|ones|东西|商品|产品|货品?|宝贝|单品|物品|[的那这一]?[个款件样种]|thing)?(?: (?:in|of) .*)?"
)
_POINTS = re.compile(
    r"\b(?:it|its|this|that|these|those|them|they|one|ones|first|second|third)\b|[这那它]|第[一二三四五六\d]"
)


def shop_question(text: str, *, shown: bool, own: Mapping[str, tuple[str, ...]]) -> ShopQuestion | None:
    """What a folded message asks of the shop; None where it asks for products, or of those that are `shown`."""
    for asks, pattern in (*_ENGLISH, *_CHINESE):
        found = pattern.search(text)
        if found and (question := _question(asks, found, shown=shown)):
            return question
    topic = service_topic(text, own)
    return None if topic is None else ShopQuestion(asks=Asks.SERVICE, topic=topic)


def _question(asks: Asks, found: re.Match[str], *, shown: bool) -> ShopQuestion | None:
    groups = found.groupdict()
    thing = next((groups[name] for name in ("thing", "of", "yours", "which") if groups.get(name)), "").strip(" '-的")
    thing = re.sub(r"^(?:different |other |all |of |the |your |various )+", "", thing)
    if _POINTS.search(thing) and not _ANYTHING.fullmatch(thing):
        return None
    if asks in (Asks.DEAREST, Asks.CHEAPEST) and not _of_the_shop(groups, thing, shown=shown):
        return None
    return ShopQuestion(asks=asks, thing="" if _ANYTHING.fullmatch(thing) else thing)


def _of_the_shop(groups: Mapping[str, str | None], thing: str, *, shown: bool) -> bool:
    """Whether all of a kind are meant and not those that are shown: "the cheapest one" chooses among these."""
    if groups.get("shop") or groups.get("shop2"):
        return True
    goods = bool(re.fullmatch(rf"{_GOODS}|东西|商品|产品", thing))
    asked = bool(groups.get("asked") or groups.get("which"))
    return goods or (asked and not _ANYTHING.fullmatch(thing)) or not (shown or thing)


def about_shop(
    text: str,
    before: ShopperNeed | None,
    *,
    shown: Sequence[Product],
    own: Mapping[str, tuple[str, ...]],
    read: Callable[[str], ShopperNeed],
    lexicon: Lexicon,
) -> ShopperNeed | None:
    """The need of a folded message that asks about the shop; None where it asks for products.

    `read` understands a few words by themselves; a kind of thing that the shop knows nothing of is searched for.
    """
    question = shop_question(text, shown=bool(shown), own=own)
    if question is None:
        return None
    if question.asks is Asks.SERVICE:
        if any(product.values(question.topic) for product in shown):
            return None
        return replace(before or ShopperNeed(), act=Act.SHOP, shop=question, refers_to=(), about="", unsold=())
    of = read(question.thing) if question.thing else ShopperNeed()
    if question.thing and not _known(question.thing, of, lexicon):
        return None
    return replace(of, act=Act.SHOP, shop=question)


def _known(thing: str, of: ShopperNeed, lexicon: Lexicon) -> bool:
    """Whether the shop has the kind, and nothing but a kind is spoken of."""
    if of.unsold or of.purpose or of.sort or any(isinstance(c.value, Decimal) for c in of.constraints):
        return False
    words = segment(thing) if is_chinese(thing) else cut(thing)
    return bool(of.category) or all(map(lexicon.forms, words))
