"""What kind of danger a message speaks of, told from its words, so that the safety line says what helps there."""

from __future__ import annotations

import re

DESPAIR, PERSON, GAS, POISON, ELECTRIC, BATTERY = "despair", "person", "gas", "poison", "electric", "battery"
BODY, FIRE, THING, OTHER = "body", "fire", "thing", "first"
CAUTION = "caution"  # counted like what is asked: said once an episode
WHETHER = "whether"  # nothing that happened: asks whether anybody came to harm
_SIGNS = (
    (DESPAIR, re.compile(
        r"自杀|自殺|轻生|輕生|寻短|尋短|寻死|尋死|不想活|活不下去|活着没|活著沒|活着还有|活著還有|结束.{0,4}生命|結束.{0,4}生命"
        r"|一死了之|死了算|想死|去死|割腕|跳楼|跳樓|跳下去|天台|烧炭|燒炭|上吊|安眠药|安眠藥|伤害自己|傷害自己|自残|自殘|自伤|自傷"
        r"|活[着著得].{0,3}(?:累|苦)|撑不下去|撐不下去|遗书|遺書|后事|後事|[割划劃𠝹鎅](?:了)?自己|𠝹手|(?:吃|服)?(?:药|藥)过量|(?:不要|不想|唔想|唔好|别|別|不用)(?:再)?醒|想(?:要)?(?:消失|解脱|解脫)"
        r"|没(?:有)?人会(?:在乎|发现)|沒(?:有)?人會(?:在乎|發現)|拖累|累赘|累贅|唔想生存|唔想做人|不想做人|生无可恋|生無可戀|\bmy ?self\b|\bmy (?:own )?life\b|suicid|self[- ]harm|\bend it\b"
        r"|want to die|better off (?:dead|without)|wish i (?:was|were) dead|see the point|(?:point|reason) (?:in |to )?(?:liv|go)"
        r"|want to (?:live|be alive|be here|go on|exist)"
        r"|\b(?:and|then|to|hope i) (?:just )?(?:not|never|don't) wake|(?:nobody|no ?-?one) would (?:even )?(?:notice|care|miss)|(?:cutt|burn)ing my (?:arms?|wrists?|legs?)"
        r"|(?:pills|tablets|rope|blade)s? .{0,20}in front of me|said (?:my )?goodbyes?|(?:took|taken|take) an overdose|hang(?:ing)? myself|reason to live", re.IGNORECASE)),
    (GAS, re.compile(
        r"燃气|燃氣|瓦斯|煤气|煤氣|天然气|天然氣|一氧化碳|\bgas\b|carbon monoxide", re.IGNORECASE)),
    (POISON, re.compile(
        r"中毒|误食|誤食|误喝|誤喝|误饮|誤飲|(?:吃|喝|吞)(?:到|了|下|进|進).{0,8}(?:药|藥|干燥剂|乾燥劑|电池|電池|清洁|清潔|洗|漂白|消毒|农药|農藥)"
        r"|(?:药|藥|干燥剂|乾燥劑|电池|電池|清洁剂|清潔劑|漂白水|农药|農藥).{0,10}(?:吞|吃下|吃了|吃掉|喝下|喝了)"
        r"|\b(?:bleach|detergent|cleaner|pills?|tablets?|medicine|batter(?:y|ies))\b.{0,30}\bswallow|poison|overdos|\b(?:drank|drunk|swallow\w*|ate|eaten|licked)\b.{0,24}\b(?:bleach|detergent|cleaner|chemicals?|pills?|tablets?"
        r"|medicine|batter(?:y|ies)|gel|glue|paint|berr(?:y|ies))\b", re.IGNORECASE)),
    (ELECTRIC, re.compile(
        r"触电|觸電|漏电|漏電|电击|電擊|电到|電到|被电|被電|麻了一下|电了一下|電了一下|短路"
        r"|electrocut|electric\w* shock|\bshock(?:ed|s)? (?:me|him|her|us|my)\b|\b(?:an?|nasty|bad|got|get|gave me a) (?:\w+ )?shock\b|\blive wire",
        re.IGNORECASE)),
    (BATTERY, re.compile(
        r"鼓包|膨胀|膨脹|(?:电池|電池|充电宝|充電寶|行动电源|行動電源|移动电源).{0,14}(?:鼓|胀|脹|肿|腫|烟|煙|火|烧|燒|爆|烫|燙|热|熱|漏)"
        r"|\bbulg|\b(?:battery|batteries|power ?bank|charger)\b.{0,30}(?:swell|swollen|bulg|hot|smok|fire|burn|explod|leak|hiss|melt)", re.IGNORECASE)),
    # Beaten, caught or lying there: no matter of a thing that is not to be used again.
    (PERSON, re.compile(
        r"(?:打|揍|掐|踢|踹)(?:了|死|到|伤|傷)?我(?!.{0,5}(?:电话|電話|手机|手機))|家暴|昏倒|晕倒|暈倒|暈咗|昏迷|叫不醒|叫極都|没(?:有)?意识|沒(?:有)?意識|倒在地|中风|中風|困在"
        r"|\b(?:hit|beat|chok|punch|kick)\w* (?:me|us)\b|\b(?:he|she|mum|mom|dad|man|woman|driver|fitter|husband|wife)(?:'s| has| just)* collapsed|passed out"
        r"|unconscious|unresponsive|won't wake|not moving|\btrapped\b|\bpinned\b|heart attack|stroke|seizure", re.IGNORECASE)),
    (BODY, re.compile(
        r"过敏|過敏|肿|腫|喘|呼吸|窒息|噎|吞|吐血|呕吐|嘔吐|流血|割|划伤|劃傷|刮伤|刮傷|扎|刺|玻璃|骨折|晕|暈|昏|药|藥|烫|燙|灼|开水|開水|滚水|滾水|热油|熱油|疼死|痛死|疼得|痛得|水泡|起泡|伤口|傷口|胸闷|胸悶|发麻|發麻|手麻|脚麻|腳麻|牙膏|冰敷"
        r"|allerg|antihistamin|swell|swollen|rash|breath|chok|swallow|vomit|bleed|blood|\bcut|glass|broken? (?:arm|leg|bone)|faint|numb|tingl|blister|wound"
        r"|dizz|burn(?:t|ed|s)? (?:my|his|her|their|on)|scald|boiling|hot oil|medicine|tablet|pill|cream\b|ointment|bandage|plaster", re.IGNORECASE)),
    (FIRE, re.compile(
        r"烟|煙|火|烧|燒|焦|爆|插头|插頭|插座|电闸|電閘|总闸|拔掉"
        r"|smok|fire|flame|burning|spark|electr|explod|overheat|melt|unplug|\bplug|socket|\bfuse\b", re.IGNORECASE)),
    (THING, re.compile(
        r"裂|碎|破|断|斷|掉下|掉出|漏|松动|鬆動|松了|鬆了|卡不住|扣不|锁不|鎖不|倒了|塌|尖|毛刺|铁锈|鐵鏽|发霉|發霉|变质|變質|虫|蟲|异物|異物|敢用|敢再用|安全吗|安全嗎"
        r"|crack(?!l)|shatter|snap|broke|loose|buckle|latch|collaps|sharp|splinter|mould|mold|rust|\bbug|foreign|safe to|unsafe|click",
        re.IGNORECASE)),
)  # fmt: skip


# It is not over: somebody still feels it, or it gets worse.
_STILL_UNWELL = re.compile(
    r"(?:还|還|仍|一直|越来越|越來越|开始|開始|又|更).{0,4}(?:麻|痛|疼|肿|腫|晕|暈|(?<!催)吐|喘|流血|起泡|发烧|發燒|难受|難受|不舒服|胸闷|胸悶|没知觉|沒知覺|没力|沒力)"
    r"|叫不醒|没反应了|沒反應了|(?:他|她|孩子|宝宝|寶寶|人).{0,3}(?:昏|晕|暈)(?:了|过去|過去|倒)"
    r"|\b(?:still|now|getting|feels?|feeling|went|gone|started|keeps?|really)\b.{0,16}\b(?:numb|tingl\w*|hurt\w*|sore|pain\w*|swollen|swelling|swell|dizzy|faint\w*|vomit\w*"
    r"|sick|bleed\w*|blister\w*|drowsy|sleepy|unwell|worse|short of breath|breathless)\b|\b(?:won'?t wake|not waking|passed out|unconscious)\b",
    re.IGNORECASE,
)


def is_still_unwell(text: str) -> bool:
    """True for "my hand is still numb" and "he is getting drowsy"."""
    return bool(_STILL_UNWELL.search(text))


def kind_of(text: str) -> str:
    """The kind of danger, ``first`` where the words do not tell: the end of a safety line's key."""
    return next((kind for kind, words in _SIGNS if words.search(text)), OTHER)


_CHILD = re.compile(
    "孩子|宝宝|寶寶|婴儿|嬰兒|小孩|女儿|女兒|儿子|兒子|新生儿|新生兒|[一两兩二三四五]岁|[一兩二三四五]歲|\\bbaby\\b|newborn|toddler"
    "|\\b(?:my|our) (?:child|kid|son|daughter|little one|grandson|granddaughter)\\b|car seat|high ?chair|\\bcot\\b|pram|stroller",
    re.IGNORECASE,
)

_NEAR = re.compile(rf"{_CHILD.pattern}|狗|猫|貓|宠物|寵物|毛孩|\b(?:dog|cat|puppy|kitten|pet)s?\b", re.IGNORECASE)
_FASTENING = re.compile(
    r"扣|拉链|拉鍊|拉鏈|牵引|牽引|牵绳|牽繩|背带|背帶|胸背|绑带|綁帶|肩带|肩帶|魔术贴|魔鬼氈|项圈|項圈"
    r"|\b(?:buckle|strap|zip(?:per)?|clip|clasp|lead|leash|harness|collar|velcro|popper)s?\b",
    re.IGNORECASE,
)
_HURT = re.compile(
    r"伤|傷|疼|痛|血|哭|摔|跌|撞|砸|磕|掉下|掉出|勒|缠|纏|夹|夾|卡在|窒|噎|吞|咬|嘴|脖|颈|頸|手指|头|頭|脸|臉|救|骨|肿|腫|鼓|死|剁|恶心|噁心|白眼|医院|醫院|(?:送|看|叫).{0,2}(?:医|醫)"
    r"|\b(?:hurt|injur\w*|fell|fall\w*|drop\w*|hit|cut\w*|bleed\w*|blood|chok\w*|strangl\w*|trapp\w*|pinch\w*|swallow\w*|hospital|vet"
    r"|doctor|neck|head|face|mouth|fingers?|hands?|marks?|caught|catch|light|smell|scorch\w*|hoist|let go|ambulance|bruis\w*|stitch\w*|crash\w*|dead|died|killed|pain\w*)\b",
    re.IGNORECASE,
)
# What holds a life: there even a small defect is grave.
_GRAVE = re.compile(
    r"安全座椅|汽座|汽车座椅|汽車座椅|提篮|提籃|婴儿床|嬰兒床|刹车|剎車|煞车|煞車|梯|攀|登山|安全帽|头盔|頭盔|安全绳|安全繩|吊|救生|高速|开车|開車"
    r"|car ?seat|isofix|seat ?belt|\bcot\b|stair|brake|ladder|helmet|climb|life ?(?:jacket|vest)|motorway|driving",
    re.IGNORECASE,
)
_UNHURT = re.compile(
    r"没(?:有)?(?:人)?(?:受)?(?:伤|事)|沒(?:有)?(?:人)?(?:受)?(?:傷|事)|(?:孩子|宝宝|寶寶|人|狗|猫|貓|都)(?:都)?(?:没事|沒事|好好的|还好|還好)|平安"
    r"|\b(?:no ?body|no one|none of us|not|isn'?t|wasn'?t)(?:'s| is| was| got| been)? (?:hurt|injured|harmed)\b|\bno (?:harm|injur\w*)\b"
    r"|\b(?:he|she|we|they|everyone|everybody|all)(?:'s| is| are|'re) (?:all )?(?:fine|ok|okay|alright|all right|safe|unharmed)\b",
    re.IGNORECASE,
)


_FAILS = re.compile(
    r"松|鬆|断|斷|崩|裂|坏|壞|开了|開了|自己(?:就)?(?:开|開)|脱|脫|扣不|锁不|鎖不|拉不|\b(?:won'?t|doesn'?t|don'?t|broke\w*|snapp\w*|came|coming"
    r"|loose|stuck|split|torn|ripped|faulty|defect\w*|keeps?)\b",
    re.IGNORECASE,
)


# A thing of glass that came in pieces.
_SHARDS = re.compile(
    r"(?:碎|破|裂|烂|爛)[^，,。]{0,6}玻璃|玻璃[^，,。]{0,8}(?:碎|破|裂|烂|爛)"
    r"|\b(?:brok\w*|smash\w*|shatter\w*|crack\w*)\b.{0,30}\bglass|\bglass\w*\b.{0,30}\b(?:brok\w*|smash\w*|shatter\w*|crack\w*|shards?|bits|pieces)\b",
    re.IGNORECASE,
)
# Somebody was cut, or it is in what is eaten.
_CUTS = re.compile(
    r"割|扎|刺|划|劃|踩|吃|喝|饭|飯|奶|[里裡](?:面)?有"
    r"|\b(?:stepped|stood|sliced|stuck|splinters?|ate|eat\w*|drank|drink\w*|food|milk)\b|\bin (?:the|my|our|a|her|his) (?!box|parcel|package|post|mail)\w+",
    re.IGNORECASE,
)


def is_slight(text: str) -> bool:
    """True for what came to nobody's harm: broken glass, or a fastening that fails near a child and no life hangs on it."""
    if _SHARDS.search(text) and not any(words.search(text) for words in (_NEAR, _HURT, _CUTS)):
        return True
    fails = all(words.search(text) for words in (_FASTENING, _FAILS, _NEAR)) and not _GRAVE.search(text)
    return fails and kind_of(text) in (THING, OTHER) and not _HURT.search(_UNHURT.sub("", text))


def caution(text: str) -> str:
    """Which safety line a defect calls for where no harm was heard, as the end of a wording key; "" for none.

    ``thing``: a child's life may hang on it; ``whether``: asks that harm, if there was any, be told.
    """
    near_a_child = bool(_CHILD.search(text)) and _matches(THING, text)
    if near_a_child and _GRAVE.search(text):
        return THING
    return WHETHER if near_a_child or is_slight(text) else ""


def is_unhurt(text: str) -> bool:
    """True for "nobody was hurt"."""
    return bool(_UNHURT.search(text))


def _matches(kind: str, text: str) -> bool:
    return any(each == kind and words.search(text) for each, words in _SIGNS)
