"""The small words that say how a need is meant: under, 以内, not, 不要, or, cheapest, please."""

import functools
from enum import Enum, auto

from daogou.ask.tokens.phrases import PhraseBook


class Cue(Enum):
    """What a small word does in a sentence."""

    NOT = auto()
    EXCEPT = auto()  # anything but, 除了
    EXCEPT_AFTER = auto()  # HP 除外
    NOT_AFTER = auto()  # HP 的不要
    AT_MOST = auto()
    AT_MOST_AFTER = auto()
    AT_LEAST = auto()
    AT_LEAST_AFTER = auto()
    ABOUT = auto()
    ABOUT_AFTER = auto()
    BETWEEN = auto()
    TO = auto()
    OR = auto()
    AND = auto()
    STOP = auto()  # , . ; !
    BUT = auto()
    PRICE = auto()
    BRAND = auto()
    RATING = auto()
    MOST = auto()  # 最, most
    LEAST = auto()
    MORE = auto()  # 更, more
    LESS = auto()
    CHEAPEST = auto()
    DEAREST = auto()
    BEST_RATED = auto()
    BEST_SELLING = auto()
    NEWEST = auto()
    CHEAP = auto()
    CHEAPER = auto()
    DEARER = auto()
    IN_STOCK = auto()
    ON_SALE = auto()
    WITH = auto()
    FOR = auto()
    FOR_AFTER = auto()  # 露营用的
    OF = auto()
    ANY = auto()
    INDIFFERENT = auto()  # doesn't matter, 无所谓
    FORGET = auto()
    ALSO = auto()
    GIFT = auto()
    PERSON = auto()
    WANT = auto()
    SAME = auto()  # the price stays the same, 价格不变
    SELL = auto()
    FILLER = auto()
    SUBJECTIVE = auto()  # good, nice: no row can bear it out


_PHRASES: dict[Cue, str] = {
    Cue.NOT: "not|no|non|without|w/o|don't want|do not want|dont want|don't like|do not like|dont like|hate|not a|not an"
    "|not the|not any|not from|not in|no more|isn't|aren't|is not|are not|that is not|that isn't|other than|free of|never"
    "|avoid|nothing from|nothing with|nothing in|rather not|without any|with no|don't need|do not need|dont need|not interested in"
    "|不要|不想要|别要|不是|不用|不需要|不喜欢|别|不带|不含|没有的|无|非|不买|不考虑|拒绝|避免|讨厌|不想买|勿|不|别给我|不能有|不能是|没有",
    Cue.EXCEPT: "except|except for|but not|anything but|any but|everything but|all but|excluding|apart from|aside from|any brand but"
    "|any colour but|any color but|any colour except|any color except|any brand except|anything except|anything other than"
    "|any brand other than|any colour other than|any color other than|除了|除去|除开|排除|去除",
    Cue.EXCEPT_AFTER: "除外|以外|之外|以外的|之外的|外都行|excluded|以外都可以|以外都行|之外都行|之外都可以",
    Cue.NOT_AFTER: "就不考虑了|不考虑了|就不考虑|就不买了|就不要|就算了|免谈|不要|的不要|就不要了|不要了|不考虑|的不考虑|不行|的不行|不喜欢|的就算了|就算了|不想要",
    Cue.AT_MOST: "under|below|not a cent over|not a cent more than|not a penny over|not a penny more than|not one cent over|nothing over|nothing above|nothing more than|nothing beyond|price cap|price cap of|cap of|capped at|a ceiling of|stay below|stay under|stay within|keep it under|keep it below|keep it within|less than|lower than|cheaper than|at most|no more than|not more than|up to|max|maximum|maximum of|max of"
    "|at the most|within|smaller than|shorter than|lighter than|thinner than|fewer than|not over|not above|not exceeding|<|<=|≤|beneath|until"
    "|no higher than|no bigger than|no larger than|no heavier than|no longer than|not exceed|to a maximum of|a maximum of|can't exceed|cannot exceed"
    "|不超过|不要超过|别超过|不超|不能超过|最多|至多|低于|少于|小于|不高于|不大于|不多于|轻于|短于|便宜过|最高|最大|最贵|最重|最长|不到|控制在|限|上限|不大过|不重于|不能高于|不贵于",
    Cue.AT_MOST_AFTER: "is all i have|is all i've got|is all i got|is all that i have|is all i can spend|is my limit|is my max|is my maximum|is my ceiling|is the limit|is the maximum|is the most i can spend|is the most i can pay|or less|or under|or below|or cheaper|or lower|or smaller|or fewer|or lighter|max|maximum|tops|at most|at the most|at max|and under"
    "|and below|or shorter|的预算|以内|以下|之内|内|之下|及以下|或以下|以里|封顶|顶天|为限|或更少|或更低|都行以下",
    Cue.AT_LEAST: "over|above|more than|at least|no less than|not less than|minimum|minimum of|min|from at least|starting at|starting from|bigger than|larger than"
    "|greater than|higher than|longer than|heavier than|taller than|wider than|upwards of|not under|not below|no smaller than|no shorter than|no lower than|>|>=|≥"
    "|no fewer than|a minimum of|exceeding|exceeds|better than|beyond|no lighter than"
    "|至少|不少于|不低于|不小于|最少|最低|起码|高于|大于|超过|多于|长于|重于|超|不轻于|不短于",
    Cue.AT_LEAST_AFTER: "or more|or over|or above|or higher|or bigger|or larger|or better|or longer|and up|and above|upwards|plus|+|minimum|min|at least|or greater|and over|or heavier"
    "|以上|之上|及以上|或以上|起|或更多|往上|开外|打底|起步|起码",
    Cue.ABOUT: "about|around|approximately|approx|approx.|roughly|circa|ca|ca.|~|near|close to|nearly|almost|something like|in the region of|in the range of"
    "|大约|大概|差不多|约|约摸|接近|大致|将近|大约在|大概在",
    Cue.ABOUT_AFTER: "左右|上下|ish|or so|上下浮动|前后|的样子|or thereabouts|give or take|那样",
    Cue.BETWEEN: "between|from|in between|ranging from|从|在|介于",
    Cue.TO: "to|-|~|到|至|~~|--|until|—|－|和…之间|through",
    Cue.OR: "or|/|either|或|或者|或是|还是|、|亦或||要么",
    Cue.AND: "and|&|as well as|plus|和|与|及|以及|还有|跟|并且|而且|同时|且|also with|along with",
    Cue.STOP: ',|.|;|!|?|:|，|。|；|！|？|：|(|)|[|]|【|】|（|）|…|"|。',
    Cue.BUT: "but|however|though|although|但|但是|不过|可是|只是",
    Cue.PRICE: "price|prices|priced|priced at|price range|cost|costs|costing|costed|budget|budget of|budget is|spend|spending|pay|price tag|my budget|afford|worth|budgeted"
    "|价格|价位|价钱|预算|价|价格在|价位在|预算在|预算是|花|花费|单价|售价|价格区间|块钱的预算|预算大概",
    Cue.BRAND: "brand|brands|make|manufacturer|made by|by brand|brand name|品牌|牌子|牌|厂家|厂商|家的",
    Cue.RATING: "rating|rated|ratings|review score|review|reviews|stars|star|评分|评价|好评|星级|星|评分在",
    Cue.MOST: "most|the most|最|最最",
    Cue.LEAST: "least|the least|最不",
    Cue.MORE: "more|更|再|更加|稍微|稍|再大|比较|一点|一些|点|些",
    Cue.CHEAPEST: "cheapest|lowest price|lowest priced|lowest cost|least expensive|the cheapest|most affordable|most inexpensive|price low to high|cheapest first"
    "|lowest-priced|最便宜|最低价|价格最低|最实惠|最划算|最省钱|价格从低到高|最平价|便宜的排前面|最低的价格",
    Cue.DEAREST: "most expensive|priciest|dearest|highest price|highest priced|most luxurious|price high to low|最贵的|最贵|价格最高|最高价|最高端|价格从高到低",
    Cue.BEST_RATED: "highest rated|best rated|top rated|best reviewed|best reviews|highest rating|best rating|top-rated|highest ratings|best ratings|most liked"
    "|评分最高|评价最好|好评最多|口碑最好|好评率最高|评价最高|评分高|口碑好|口碑最好的",
    Cue.BEST_SELLING: "best selling|bestselling|bestseller|bestsellers|best seller|best sellers|most popular|most sold|top selling|popular|popular ones|trending"
    "|销量最高|卖得最好|最热门|最畅销|最火|最受欢迎|热销|畅销|爆款|热卖|人气最高|销量高|销量最好|热门|卖的最好",
    Cue.NEWEST: "newest|latest|most recent|most recently released|new arrivals|new arrival|最新|最新款|新款|最新上市|新上市|新品",
    Cue.CHEAP: "cheap|inexpensive|affordable|budget friendly|on a budget|on budget|low cost|low-cost|low price|low priced|not too expensive|not expensive|not too pricey"
    "|good value|value for money|best value|economical|tight budget|on a tight budget|a tight budget|limited budget|reasonably priced|reasonable price|cheap ones|a cheap one|bargain|cost effective|isn't too expensive|not cost too much"
    "|便宜|实惠|平价|性价比高|性价比|价格低|廉价|不贵|不太贵|不要太贵|别太贵|不要太贵的|预算有限|划算|经济实惠|便宜实惠|物美价廉|低价|预算不多|不要贵的|预算不高",
    Cue.CHEAPER: "cheaper|cheaper ones|cheaper one|less expensive|lower price|lower priced|anything cheaper|something cheaper|too expensive|too pricey|too dear|too much money"
    "|that's too expensive|they are too expensive|lower the price|more affordable|less pricey|a bit cheaper|better price|costs too much|cost too much"
    "|更便宜|便宜点|便宜一点|便宜些|便宜些的|便宜一点的|便宜点的|再便宜点|再便宜一点|更便宜的|太贵了|太贵|有点贵|贵了|贵了点|有便宜点的|还有更便宜的|价格低一点|价格低点|便宜的|再便宜|有点小贵|偏贵|价格太高|价格高了",
    Cue.DEARER: "more expensive|pricier|more expensive ones|higher end|higher-end|a bit more expensive|贵一点|贵一点的|贵点|贵点的|更贵|更贵的|高端一点|高档一点|再贵一点|再贵点",
    Cue.IN_STOCK: "in stock|available now|available|currently available|in-stock|ready to ship|have it in stock|有现货|现货|有货|有货的|有库存|只看有货",
    Cue.ON_SALE: "on sale|discounted|on discount|on offer|reduced|with a discount|on promotion|sale items|clearance|special offer|special offers|discount"
    "|打折|打折的|特价|促销|优惠|折扣|降价|有优惠|有折扣|在打折|做活动",
    Cue.WITH: "with|w/|has|have|having|featuring|including|includes|include|that has|that have|which has|it has|equipped with|comes with|must have|should have|must be|should be"
    "|needs to be|need to be|has to be|have to be|needs to have|has to have|need it to be|which is|that is|that's|that are|which are|it is|it's|contains|containing|supports|supporting|support|made of|made from|made with|in"
    "|带|带有|有|具有|含|含有|支持|要有|必须|必须有|必须是|需要有|要带|具备|得有|要能|能|可以|可|配|配有|要是|最好有|最好是|最好带|最好|必须带|得是|要求|能够",
    Cue.FOR: "for|for use in|for use with|to use for|to be used for|used for|suitable for|compatible with|use it for|that fits|fits|fit for|that works with|works with|to fit|ideal for|meant for|designed for|intended for|to go with|good for|great for|perfect for"
    "|适合|用于|用来|给|适用于|适用|兼容|送给|送|配套|为|主要用来|拿来|专门|想用来|平时",
    Cue.FOR_AFTER: "用|用的|使用|使用的|时用|时用的|能用|能用的|可用的|可以用|可以用的|专用|适用的|可用",
    Cue.OF: "of|的|之|'s|地",
    Cue.ANY: "any|anything|any kind of|whatever|换个|换一个|换种|换个别的|任何|任意|什么|随便什么|any other|other|others|another|different|别的|其他|其它|另外的",
    Cue.INDIFFERENT: "doesn't matter|does not matter|doesnt matter|don't care|do not care|dont care|is fine|are fine|is ok|are ok|is okay|any is fine|not important|isn't important|is not important"
    "|no preference|no matter|don't mind|do not mind|dont mind|whatever|irrelevant|no limit|isn't a problem|is no issue|is not an issue|is flexible|no object|not an issue|is unimportant|will do|is irrelevant|not a concern|isn't an issue|no problem"
    "|无所谓|都行|都可以|不限|随便|随意|不重要|不在乎|不介意|没关系|不挑|没要求|没有要求|没有限制|不限制|都好|不讲究|不是问题|不用管|不管|不用考虑|不要求|不作要求|没什么要求|都成|无要求|皆可",
    Cue.FORGET: "instead of|rather than|in place of|而不是|forget|forget about|forget the|drop|drop the|remove|remove the|ignore the|never mind|nevermind|never mind the|skip|skip the|without the|lift the|cancel|take off the|take away the|no longer need|don't need the|scrap the|no need for the|doesn't have to be|does not have to be|doesn't need to be|needn't be|doesn't have to have|doesn't need to have"
    "|去掉|取消|忽略|别管|不用管|不考虑|删掉|删除|去除|不再要求|不要求|不必|不用限制|不限制|不必是|不一定要|不一定|不用必须",
    Cue.SAME: "unchanged|stays the same|stay the same|remains the same|the same|same|不变|照旧|不用变|保持不变|还是一样|同样",
    Cue.ALSO: "also|too|as well|as well as|or also|is also ok|is also fine|也行|也可以|也|也可|或者也|also fine|also ok|also okay|同样可以|也好|也能接受|can also be",
    Cue.GIFT: "gift|gifts|present|presents|a gift|as a gift|as a present|gift idea|gift ideas|礼物|送礼|礼品|生日礼物|圣诞礼物|送人|情人节礼物|新年礼物|节日礼物|当礼物|做礼物",
    Cue.WANT: "i've been looking everywhere for|i have been looking everywhere for|been looking everywhere for|looking everywhere for|i've been looking for|i have been looking for|we ran out of|i ran out of|ran out of|run out of|asked for|asked me for|asking for|i fancy|fancy|i could use|could use|thinking of getting|thinking about getting|thinking of buying|i want|i would like|i'd like|i'm looking for|i am looking for|im looking for|looking for|look for|i need|need|want|wanted|find|find me|show me|show|get me|get|give me|give|search for|search|searching for"
    "|i am searching for|i'm searching for|buy|purchase|to buy|i want to buy|i'd like to buy|i wanna buy|wanna|i would like to buy|want to buy|need to buy|i am interested in|i'm interested in|interested in|in need of|shopping for|i am shopping for"
    "|in the market for|recommend|recommend me|suggest|can you recommend|could you recommend|what about|how about|which|choose|pick|select|order|to get|i wish to buy|after|on the hunt for|help me find|can you find|can you find me|could you find|please find|let me see|let's see"
    "|想要|想买|要买|想购买|购买|我想|我要|我想要|我需要|需要|要|想|买|买个|买台|买部|买件|买双|买条|买点|买些|买支|买瓶|买一个|买一台|求|求推荐|推荐|推荐一下|帮我推荐|推荐个|帮我找|找|找一下|找个|搜|搜索|来|来个|来点|来瓶|来盒|来件|来条|来双|来台|来支|来款|来份|来套|来把|来一瓶|来一个|来一件|来一款|来一台|来一盒|看看|看一下|看下|给我|给我看看|想看|想看看|有什么|有哪些|有啥|求购|想入手|入手|家里缺|缺|让我带|托我买|纠结买哪个|纠结|想换|换|换成|选|挑|准备买|打算买|打算|准备|寻找|改成|改为|寻",
    Cue.SELL: "do you sell|do you have|do you carry|do you stock|have you got|got any|any chance of|is there|are there|do you offer|you sell|you have|does this shop sell|does this store sell|can i buy|can i get|where can i find|where are the|have any|sell any|sell"
    "|有没有|有卖|卖不卖|卖吗|有卖吗|有吗|有么|你们有|你们卖|你们有没有|店里有|你们家有|你家有|你们店有|你们店有没有|卖|有木有|有无|能买到|可以买到|能不能买到|这里有|这里卖|有没|店里有没有|家有没有|有卖的",
}
_FILLER = (
    "a|an|the|one more thing|one last thing|one thing|another thing|some|one|ones|i|i'm|im|i'd|i'll|i've|me|my|we|our|us|you|your|it|its|he|she|they|them|their|his|her|this|that|these|those|there|here|please|pls|plz|thanks|thank|hi|hello|hey|ok|okay|yes|yeah|yep|sure|well|so|just|only"
    "|can|could|would|will|should|shall|may|might|must|do|does|did|am|is|are|was|were|be|been|like|love|also|really|very|quite|pretty|too|actually|maybe|perhaps|probably|something|thing|things|stuff|item|items|product|products|kind|sort|type|types|kinds"
    "|pair|pairs|pair of|set of|pieces of|a pair of|a set of|lot|lots|bit|little|a bit|a little|bit more|now|right now|today|then|what|who|where|when|why|how|to|on|at|as|by|if|because|since|again|rather|instead|preferably|ideally|prefer|i prefer|i'd prefer|would prefer|at all|make|makes|make it|made|let|go|going|go for|use|using|used|see|know|think|guess|say|tell|help|if possible|ideally|come|comes|coming|e.g|etc|and also|up|out|size|sized|color|colour|colored|coloured"
    "|buying|thx|cheers|kindly|sir|madam|dear|guys|anyone|someone|somebody|everyone|hopefully|currently|still|even|much|many|each|every|all|both|any more|anymore|no longer|after all|self|myself|want to|what's|have a|got|per|than|hm|take|takes|hold|holds|layout|布局|that can|i can|which can|feature|features|function|functions|effect|style|design|options|option|model|models|new|brand new|latest model|suitable|enough|able|free|new one|new ones|work|works|working|keep|mostly|mainly|mind|similar|like|alike|smth|sth|u|ur|r|gonna|gotta|weigh|weighs|weighing|lol|haha|omg|uh|um|hmm|mm|oh|included|supplied"
    "|之间|我|你|您|他|她|它|我们|你们|咱|咱们|请|请问|麻烦|麻烦你|谢谢|你好|您好|亲|哈|吧|吗|呢|啊|呀|哦|嗯|啦|了|嘛|么|呗|的话|那|那么|就|就是|只|只要|只看|还|再|都|是|一下|这|这个|那个|这种|那种|这样|这款|那款|这些|那些|一个|一台|一款|一部|一件|一条|一双|一套|一把|一张|一本|一支|一瓶|一盒|一只|一块|一种|个|台|款|部|件|条|双|套|只|款式|东西|产品|商品|货|自己|能不能|可不可以|好吗|可以吗|行吗|好的|可以的|好|行|对|比较好|好点|好一点|之类|之类的|等|等等|那边|这边|什么的|什么样的|哪些|哪个|哪款|哪种|帮我|帮忙|帮|希望|觉得|感觉|其实|现在|目前|今天|最近|刚|正在|大家|有人|朋友们|老板|客服|店家|亲亲|哪里|怎么|怎样|如何|多少|几|类型|类|种|类型的|方面|左|然后|因为|所以|如果|平时|一直|真的|非常|很|特别|挺|蛮|颜色|尺寸|大小|型号|在|于|把|被|让|使|得|着|过|上|下|里|中|们|家|店|店里|家里|买的|性|尽量|类似|相似|比|比起|差不多的|算了|不对|改主意|功能|效果|功效|成分|样式|风格|喜欢|爱|穿|戴|有点|有些|简单|普通|一般的|哦对|对了|忘了说|忘说了|忘记说了|忘了|差点忘了|还有一点|还有个要求|那算了|话说|一定|一定要|另外|此外|主要|一般"
)
_SUBJECTIVE = (
    "good|great|nice|best|better|excellent|perfect|awesome|amazing|decent|beautiful|pretty|lovely|cute|cool|fancy|stylish|elegant|high quality|quality|top|reliable|favourite|favorite|right|proper|simple|easy|interesting|fine|special|fantastic|wonderful|gorgeous|attractive|comfortable|useful|handy|durable|solid|sturdy"
    "|好用|好看|漂亮|不错|优质|质量好|高质量|靠谱|可爱|精美|实用|高档|高级|耐用|漂亮的|好的|不错的|好用的|好看的|合适|合适的|值得买|好吃|好喝|帅气|舒服|舒适"
)
_PERSONS = (
    "mother|mom|mum|mommy|mummy|mama|father|dad|daddy|papa|parents|parent|girlfriend|boyfriend|wife|husband|partner|fiance|fiancee|son|daughter|kid|kids|child|children|baby|toddler|grandmother|grandma|granny|grandfather|grandpa|grandparents|brother|sister|friend|friends|best friend|colleague|colleagues|coworker|boss|teacher|aunt|uncle|nephew|niece|cousin|grandson|granddaughter|teenager|teen|student|students|beginner|beginners|family|myself|mother-in-law|father-in-law|women|men|woman|man|girl|boy|girls|boys|ladies|neighbour|neighbor|roommate|teammate"
    "|妈妈|妈|母亲|老妈|爸爸|爸|父亲|老爸|爸妈|父母|女朋友|女友|男朋友|男友|老婆|妻子|老公|丈夫|媳妇|对象|爱人|儿子|女儿|孩子|小孩|小朋友|宝宝|婴儿|奶奶|爷爷|外婆|外公|姥姥|姥爷|哥哥|姐姐|弟弟|妹妹|朋友|闺蜜|同事|领导|老师|孕妇|宝妈|同学|学生|学生党|长辈|老人|老人家|婆婆|公公|岳母|岳父|丈母娘|客户|亲戚|家人|叔叔|阿姨|侄子|侄女|孙子|孙女|男生|女生|新手|初学者|室友|兄弟|女神"
)


@functools.cache
def cue_book() -> PhraseBook[Cue]:
    """Every cue phrase of both languages, read once."""
    book: PhraseBook[Cue] = PhraseBook()
    for cue, phrases in {**_PHRASES, Cue.FILLER: _FILLER, Cue.SUBJECTIVE: _SUBJECTIVE, Cue.PERSON: _PERSONS}.items():
        for phrase in phrases.split("|"):
            book.add(phrase, cue)
    return book
