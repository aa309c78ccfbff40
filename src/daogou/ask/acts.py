"""What the shopper is doing with a message (asking, comparing, wanting more ...), and which of the shown products it speaks of."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from daogou.ask.lexicon import Lexicon
from daogou.ask.reading import Reading, attribute_named
from daogou.ask.tokens.chunks import Chunk
from daogou.ask.tokens.phrases import Cue, Kind
from daogou.catalog.matching.wording import mentions, searchable_text
from daogou.catalog.products.need import AVAILABILITY, PRICE, Act
from daogou.catalog.products.product import Product
from daogou.text.stated import units_named

_ORDINALS = {
    word: index
    for index, word in enumerate(
        ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
    )
}
_HAN = {character: index for index, character in enumerate("一二三四五六七八九十")} | {"两": 1}
_COUNTS = {"two": 2, "three": 3, "four": 4, "five": 5, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5}
_ONE = r"(?: (?:one|option|item|product|choice|result|model))?"
_CLASSIFIER = r"[个款台件条双种瓶支只部本套把盒张]"
_PATTERNS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("firsts", rf"\b(?:the )?(?:first|top) (two|three|four|five|\d)\b|前([两二三四五\d]){_CLASSIFIER}?"),
        ("lasts", r"\b(?:the )?last (two|three|four|five|\d)\b|[最后]后([两二三四五\d])" + _CLASSIFIER),
        ("ordinal", rf"\b(?:the )?({'|'.join(_ORDINALS)})(?! aid| hand| class){_ONE}\b"),
        ("ordinal", rf"\b(?:the )?(\d{{1,2}})(?:st|nd|rd|th){_ONE}\b"),
        ("ordinal", r"(?:\b(?:number|no\.?|option|item|product|nr\.?) ?|#)(\d{1,2})\b"),
        ("ordinal", rf"第([一二三四五六七八九十]|\d{{1,2}}){_CLASSIFIER}?"),
        ("ordinal", r"(?<!\d)(\d{1,2})号"),
        ("pair", r"(?<![\d.])([1-9])\s*(?:and|&|vs\.?|or|,|和|跟|与|、|还是)\s*([1-9])(?![\d.])"),
        ("last", rf"\bthe last{_ONE}\b|最后(?:一{_CLASSIFIER}|的|那{_CLASSIFIER})|倒数第一{_CLASSIFIER}?"),
        ("cheapest", r"\bthe cheapest (?:of|one|among)\b|\bthe cheaper one\b|最便宜的?(?:那|这)?" + _CLASSIFIER),
        (
            "dearest",
            r"\bthe (?:most expensive|dearest|pricier|priciest) (?:of|one|among)\b|最贵的?(?:那|这)?" + _CLASSIFIER,
        ),
        ("all", r"\b(?:these|those|them|they|both|all of (?:them|these))\b|这些|那些|它们|这几[个款台件]|两个都|都"),
        ("one", r"\b(?:it|its|it's|this one|that one|this|that)\b|它|(?:这|那)[个款台件双条瓶支只部]"),
    )
)
_DESCRIBED = re.compile(
    r"\bthe ([a-z0-9][\w&.-]*(?: [\w&.-]+)?) (?:one|model|version)s?\b|([\w]{2,8}?|[\u4e00-\u9fff]{1,6})的?[那这]"
    + _CLASSIFIER
)
_WEAK = ("all", "one")


@dataclass(frozen=True, kw_only=True)
class References:
    """Shown products that a message names; `spans` are the character places of the words that do.

    `firm` tells a real choice ("the second one") from a pronoun ("it", "these").
    """

    ids: tuple[str, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    firm: bool = False
    missed: bool = False  # one was named that is not there: the fifth of three
    gone: tuple[str, ...] = ()  # named as well, and no longer sold


def references(
    text: str, shown: Sequence[Product], at: datetime, before: Sequence[str] = (), places: Sequence[str] = ()
) -> References:
    """The shown products that a folded message names; `before` are those that the talk was about last.

    `places` are the ids of all that were shown, in order, those that have left the shop among them: the second stays the second.
    """
    sold = [product.id for product in shown]
    places = places or sold
    if not places:
        return References()
    missed = False
    found: dict[str, None] = {}
    spans: list[tuple[int, int]] = []
    firm = False
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in spans) or (kind in _WEAK and found):
                continue
            ids = _meant(kind, match, shown, at, before, places)
            found.update(dict.fromkeys(ids))
            if ids or kind == "ordinal":
                spans.append(match.span())
                firm = firm or (bool(ids) and kind not in _WEAK)
                missed = missed or not ids
    if not firm:
        for match in _DESCRIBED.finditer(text):
            ids = _described(match[1] or match[2], shown)
            if ids:
                return References(ids=tuple(ids), spans=(match.span(),), firm=True)
    ids, gone = [one for one in found if one in sold], [one for one in found if one not in sold]
    return References(ids=tuple(ids), spans=tuple(spans), firm=firm, missed=missed, gone=tuple(gone))


def _meant(
    kind: str,
    match: re.Match[str],
    shown: Sequence[Product],
    at: datetime,
    before: Sequence[str],
    places: Sequence[str],
) -> list[str]:
    ids = list(places)
    said = next((group for group in match.groups() if group), "")
    if kind == "ordinal":
        index = _index(said)
        return ids[index : index + 1]
    if kind in ("firsts", "lasts"):
        count = _COUNTS.get(said) or int(said)
        return ids[:count] if kind == "firsts" else ids[-count:]
    if kind == "pair":
        return [ids[int(number) - 1] for number in match.groups() if int(number) <= len(ids)]
    if kind == "last":
        return ids[-1:]
    if kind in ("cheapest", "dearest"):
        prices = {product.id: price.amount for product in shown if (price := product.price_at(at))}
        return [(min if kind == "cheapest" else max)(prices, key=prices.__getitem__)] if prices else []
    if kind == "all":
        return [product.id for product in shown]
    return [product_id for product_id in before if product_id in ids] or ids[:1]


def _index(said: str) -> int:
    if said.isdigit():
        return max(int(said), 1) - 1
    return _ORDINALS.get(said, _HAN.get(said, 0)) if said != "两" else 1


def _described(words: str, shown: Sequence[Product]) -> list[str]:
    """The shown products whose brand or text has all of the words; none where every product has them."""
    named = [p.id for p in shown if all(mentions(searchable_text(p), word) for word in words.split())]
    return named if 0 < len(named) < len(shown) else []


_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,30}\b(?:instructions?|prompts?|rules?|guidelines?|directions?)\b"
    r"|\bsystem prompt\b|\byou are now\b|\bpretend (?:to be|you)\b|\bact as\b|\bjailbreak\b|\bdeveloper mode\b"
    r"|(?:忽略|无视|忘记|忘掉).{0,12}(?:指令|指示|提示|规则|设定|要求)|系统提示|你现在是|扮演"
)
_SECOND_THOUGHT = re.compile(
    r"(?<=\w)\s*[,.;?!]\s*(?:no|nope|wait|sorry|actually|scratch that)\b[\s,.!]*"
    r"(?:(?:wait|just|only|actually|rather|sorry|make (?:it|that)|i mean|i meant)\b[\s,.!]*)+"
    r"|(?<=[\u3400-\u9fff])\s*[,?!，。？！]\s*(?:不对|哦不|不不|说错了|还是算了|算了)\s*[,，]?\s*(?:就要?|还是|我要|改成|换成)"
)
_RESET = re.compile(
    r"\b(?:start (?:over|again|afresh|from scratch)|reset|new search|begin again|clear (?:all|everything)|forget (?:everything|all|it all))\b"
    r"|重新开始|从头(?:开始|再来)|重来|清空|重置|全部忘掉|重新来"
)
_THANK = re.compile(
    r"^(?:(?:ok|okay|great|perfect|cool|good|nice|no|that's all|awesome|got it|alright|wonderful|excellent|very helpful)[ ,.!]*)*"
    r"(?:many )?(?:thanks?|thank you|thx|ty|cheers|much appreciated|appreciate it)\b[^?]{0,40}$"
    r"|^(?:好的?|行|嗯|ok)?[,，。! ]*(?:谢谢|多谢|感谢|谢了|辛苦了|谢啦)[^?？]{0,8}$|^(?:bye|goodbye|see you|再见|拜拜)[ !.~。]*$"
)
_GREET = re.compile(
    r"^(?:hi|hello|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|yo)(?: there| all| everyone)?[ !.,~]*(?:how are you[ ?!.]*)?$"
    r"|^(?:你好|您好|哈喽|嗨|在吗|在么|在不在|早上好|下午好|晚上好|亲|亲在吗|有人吗|hello|hi)[啊呀吗?？!！。~,，亲 ]*$"
)
_EXPLAIN = re.compile(
    r"^\W*why\b.{0,40}\b(?:this|these|those|that|it|ones?|recommend\w*|suggest\w*|pick\w*|first|second|third)\b|^\W*why\?*$|\bhow did you (?:choose|pick|select)\b"
    r"|\bexplain (?:your|this|these|the|why)\b|\breasons?\b.*\b(?:this|these)\b|为什么|为啥|怎么选|推荐理由|理由是|凭什么推荐"
)
_COMPARE = re.compile(
    r"\bcompar(?:e|ed|ing|ison)\b|\bvs\.?\b|\bversus\b|\bdifferences?\b|\bwhich (?:one )?is (?:the )?(?:better|best|cheaper|lighter|bigger)\b|\bwhich of\b"
    r"|对比|比较一下|相比|区别|差别|不同|哪个(?:更)?好|哪款(?:更)?好|哪个更|哪款更|哪一?个值得|比一比|比一下|和.{1,12}比|有什么区别"
)
_COMPARING = re.compile(  # what asks for a comparison, around the names of what is compared
    r"^\W*(?:(?:please|can you|could you) )*compare\b(?: the)?|^\W*(?:what(?:'s| is| are) )?(?:the )?differences? between\b"
    r"|^\W*(?:请|帮我)*(?:比较|对比)(?:一下)?|(?:有(?:什么|啥|何)|的)(?:区别|差别|不同)(?:是什么|在哪里?)?[?？]*\s*$"
)
_MORE = re.compile(
    r"^\W*(?:(?:please |can you |could you )?(?:show|give|see|get|recommend|suggest|find)(?: me)? )?(?:some |any |a few |the )?"
    r"(?:more(?: (?:options|ones|products|results|choices|please|of these|like these))?|others?(?: (?:ones?|options|products|choices))?"
    r"|another(?: one| option)?|(?:something|anything) (?:else|different)|other (?:ones|options|choices|models|products)|what else(?: do you have| is there)?"
    r"|next(?: page| ones?)?|different ones?|do you have (?:any(?:thing)? )?(?:more|else|others?|other (?:ones|options))|any(?: other| more)(?: ones?| options| choices| suggestions)?"
    r"|i don't like (?:these|those|them|any of (?:these|them)))(?: please| available)?\W*$"
    r"|^\W*(?:还有(?:没有)?(?:别的|其他的?|其它的?|更多的?|更多|另外的)?(?:款式?|选择|推荐|的|产品)*(?:推荐)?(?:吗|么|嘛|呢)?|还有没有(?:其他|别的|其它)?(?:款|的)?(?:推荐)?|换一?[批个些款](?:看看|吧)?|更多(?:的)?(?:推荐|选择|商品)?|再(?:来|推荐|看|给我看)(?:一些|几个|几款|点|一点|看)?(?:别的|其他的?)?"
    r"|(?:其他|别的|其它)(?:的|款)?(?:呢|有吗|有没有|看看)?|下一[页批]|有(?:没有)?(?:别的|其他|其它)(?:的|款|选择|推荐)*(?:吗|么)?|都不喜欢|都不要|不喜欢这些|看看(?:别的|其他的?))\W*$"
)
_QUESTION = re.compile(
    r"\?\s*$|？\s*$|^(?:does|do|is|are|can|how|what|what's|which|has|will|did|tell me|and)\b|[吗么嘛呢]\W*$|多少|多[大重长高宽久厚深贵]|几[个寸升斤]|怎么样|如何|是不是|有没有|能不能|能否|可不可以|什么"
)
_HOW_MUCH = re.compile(
    r"\bhow much (?:is|are|does|do|for)\b|\bhow expensive\b|\bwhat(?:'s| is| are) the (?:price|cost)\b|多少钱|什么价|怎么卖|几块钱"
)
_LIKE = re.compile(
    r"\b(?:similar to|(?:more|something|anything|ones?|others?) like|resembl\w+)\b|类似|相似|跟.{1,8}差不多|像.{1,8}(?:一样|那样|这样|的)"
)
_DISLIKE = re.compile(
    r"\b(?:not|don't (?:like|want)|do not (?:like|want)|except|without|other than|hate)\b|不要|不喜欢|不想要|除了|不考虑"
)
_OFFERED = re.compile(r"\b(?:do you (?:have|sell|carry)|have you got|is there|are there|got)\b|有没有")
_MEASURED = {
    **{"重": "weight", "大": "size", "长": "length", "高": "height", "宽": "width", "厚": "thickness"},
    **{"深": "depth", "远": "range", "久": "battery_life", "快": "speed"},
}
_HOW = re.compile(r"多([重大长高宽厚深远久快])")
_HOW_EN = re.compile(
    r"^\W*(?:and )?how (?:big|large|heavy|long|tall|high|wide|thick|deep|fast|loud)\b(?! .{0,20}\bdo i\b)"
)
_CHAT = re.compile(
    r"\bweather\b|\bjoke\b|\bwho (?:are|made|created) you\b|\bwhat are you\b|\bare you (?:a |an )?(?:human|robot|bot|ai|real|person|chatgpt)\b|\bhow are you\b|\bwhat time\b|\bmeaning of life\b|\bpresident\b|\bcapital of\b"
    r"|\b(?:write|compose) (?:me )?an? (?:poem|essay|story|song|code|email)\b|\bstupid\b|\bidiot\b|\bfuck\w*|\bshit\w*|\byou suck\b|\bi love you\b|\bmarry me\b|\btranslate\b|\bwhat is \d+ ?[-+*x/] ?\d+"
    r"|天气|讲个笑话|笑话|你是谁|你是机器人|你是人|几点了|写一?首诗|傻[逼瓜]|笨蛋|白痴|滚开?$|垃圾机器人|我爱你|总统|首都|翻译"
)
_UNIT = re.compile(r"\bin (?P<en>[a-z]+)\W*$|(?:多少|几)(?P<zh>[\u3400-\u9fff]{1,2})[?？]*$")
_PLAIN = (
    (Act.RESET, _RESET),
    (Act.THANK, _THANK),
    (Act.GREET, _GREET),
)


def resembles(text: str) -> bool:
    """Whether products like the named ones are wanted."""
    return _LIKE.search(text) is not None


def dislikes(text: str) -> bool:
    """Whether the named products are turned down."""
    return _DISLIKE.search(text) is not None


def compares(text: str) -> bool:
    """Whether a comparison is asked for."""
    return _COMPARE.search(text) is not None


def without_comparing(text: str) -> str:
    """The names alone of what is to be compared; the text itself where they would not be left."""
    return _COMPARING.sub(" ", text).strip() or text


def questions(text: str) -> bool:
    """Whether it is put as a question."""
    return bool(_QUESTION.search(text) or _HOW_MUCH.search(text))


def after_restart(text: str) -> str | None:
    """What follows a wish to start over ("start over, I want perfume"); None where nobody wants to."""
    found = _RESET.search(text)
    return None if found is None else (text[: found.start()] + " " + text[found.end() :]).strip(" ,.!;:，。！；、")


def after_second_thought(text: str) -> str:
    """What somebody who thinks better of it asks for instead: "a webcam? no, just a headset"; "" where nobody does."""
    found = _SECOND_THOUGHT.search(text)
    return text[found.end() :] if found else ""


def gives_orders(text: str) -> bool:
    """Whether a message tries to give the guide orders; they are data and never followed."""
    return _ORDERS.search(text) is not None


def without_orders(text: str) -> str:
    """The message without the sentences that give orders."""
    return " ".join(part for part in re.split(r"(?<=[.!?。！？;；\n])", text) if not gives_orders(part))


def act_of(text: str, said: Reading, references: References, *, shown: bool, before: bool) -> Act | None:
    """The act of a folded message; None for a wish (find or refine, which only the talk so far can tell)."""
    for act, pattern in _PLAIN:
        if pattern.search(text):
            return act
    if before and _MORE.search(text):
        return Act.MORE
    if shown and _EXPLAIN.search(text) and not said.category:
        return Act.EXPLAIN
    if shown and _COMPARE.search(text) and (references.ids or not said.category):
        return Act.COMPARE
    if shown and not references.ids and _implies(text, said):
        return Act.ASK
    if references.ids and (_asks(text, said, references) or _points(text, said, references)):
        return Act.ASK
    if not said.category and (_CHAT.search(text) or gives_orders(text)):
        return Act.OTHER
    return None


def _points(text: str, said: Reading, references: References) -> bool:
    """Whether a message only names shown products: "the second one"."""
    return references.firm and said.empty and not resembles(text) and not dislikes(text)


def _asks(text: str, said: Reading, references: References) -> bool:
    """A question about shown products; a wish for others ("do you have this in red?") is none."""
    if said.category and not references.firm:
        return False
    if not references.firm and said.constraints and _OFFERED.search(text):
        return False  # "do you have it in blue?"
    return questions(text) and not said.moved


def _implies(text: str, said: Reading) -> bool:
    """A question about a measure of what was shown, though nothing is pointed at: 屏幕多大, how heavy is it."""
    wants = said.category or said.constraints or said.moved or said.unsold or said.sort
    return not wants and bool(_HOW.search(text) or _HOW_MUCH.search(text) or _HOW_EN.search(text))


def _measured_names(chunk: Chunk) -> list[str]:
    return [meaning.attribute for meaning in chunk.means(Kind.ATTRIBUTE)]


def about(text: str, chunks: Sequence[Chunk], said: Reading, lexicon: Lexicon) -> str:
    """The attribute that a question is about; "" where none is named."""
    if _HOW_MUCH.search(text):
        return PRICE
    if how := _HOW.search(text):
        measured = [
            m.attribute for m in lexicon.book.get((how[1],)) if m.kind in (Kind.MORE, Kind.LESS, Kind.ATTRIBUTE)
        ]
        named = [name for chunk in chunks for name in _measured_names(chunk)]
        beside = [name for name in named if name in measured] or named
        return next(iter(beside), "") or (
            max(measured, key=lambda name: lexicon.coverage(name, ())) if measured else _MEASURED[how[1]]
        )
    for chunk in chunks:
        name = attribute_named(chunk)
        if name:
            return name
    for chunk in chunks:
        for meaning in chunk.means(Kind.MORE, Kind.LESS):
            return meaning.attribute
        if chunk.has(Cue.IN_STOCK):
            return AVAILABILITY
    return next((c.attribute if c.attribute != "text" else c.said for c in said.constraints), "")


def wanted_unit(text: str) -> str:
    """The symbol of the unit that an answer is wanted in."""
    found = _UNIT.search(text)
    units = units_named(found["en"] or found["zh"]) if found else ()
    return units[0].symbol if units else ""
