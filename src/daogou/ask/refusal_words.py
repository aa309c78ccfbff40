"""The words that refuse a thing, beside the plain "not" of cues.py."""

# What refuses whatever follows, known or not; a bare "not" or 不 only what the shop knows: "not sure", 不急.
STRONG = frozenset(
    "without|w/o|no|free of|without any|with no|never any|excluding|avoid|zero|nothing with|不含|无|零|没有|不带|不要|别要|不能有|没|非|不加|不添加|0"
    "|don't want|do not want|dont want|no more|not any|hate|不想要|拒绝|避免|勿".split("|")
)
PREFIXES = ("no", "zero", "non", "无", "零", "非", "0", "0 %", "0%")  # the wanted kind may follow at once: no peat compost
OPENERS = (
    ("can't", "have"),
    ("can't", "eat"),
    ("can't", "stand"),
    ("can't", "tolerate"),
    ("cannot", "have"),
    ("cannot", "eat"),
    ("cannot", "tolerate"),
    ("can", "not", "have"),
    ("can", "not", "eat"),
    ("不能", "吃"),
    ("不能", "碰"),
    ("不", "能", "吃"),
    ("不", "能", "碰"),
    ("不", "能"),
    ("不", "支持"),
    ("不", "会"),
    ("不能",),
    ("不支持",),
    ("吃不了",),
    ("不吃",),
    ("不添加",),
    ("不加",),
)
ALLERGIC = ("allergic", "allergy", "allergies", "intolerant", "intolerance", "allergen", "sensitive")
ALLERGY_AFTER = ("过敏", "不耐受", "过敏的")
STOPS_FREE = ("of", "range", "shipping", "delivery", "gift", "gifts", "returns", "standing", "sample", "size", "style")
NOT_WANTED = (
    "is not needed",
    "not needed",
    "no longer",
    "isn't needed",
    "is no longer",
    "is not necessary",
    "isn't necessary",
    "is not important",
    "不需要 了",
    "不用 了",
)
# What follows "no" without being a thing.
IDLE = frozenset(
    "idea|thanks|thank|problem|rush|hurry|worries|clue|doubt|preference|need|way|matter|more|longer|less|sure|bad|yet|one|thing|matter|difference|limit"
    "|想法|问题|所谓|要求|限制|特别|关系".split("|")
)
