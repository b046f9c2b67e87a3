"""Words of despair: somebody who speaks of ending or harming themselves is heard as in danger, whatever else they say.

A list beside the classifier: a miss here is worse than any false alarm, and figures of speech ("I nearly died laughing",
「笑死」「急死」) are worded otherwise. What many say lightly ("I can't do this any more", "goodbye everyone") is a hint; two
kinds of hints together are heard.
"""

from __future__ import annotations

import re

_CHINESE = re.compile(
    # to die
    r"自杀(?!式|级|热线)|轻生|寻短见|寻死|不想(?:再)?活|活不下去|活不了了|活[着著](?:真的|真|好|都)?(?:没|有什么|还有什么|有啥)(?:意思|意义)"
    r"|活[着得](?:太|很|这么|真的|真)(?:累|苦|痛苦|煎熬)|没有?(?:任何|什么|了)?(?:理由|勇气|动力|力气)(?:再)?活|活下去(?:的|还有什么)(?:理由|意义|意思|勇气|动力)"
    r"|结束(?:自己|我)?的?生命|了结自己|自我了[断结]|(?:离开|不想(?:再)?[留待]在)(?:这个)?(?:世界|世上|人世)(?:上)?(?:算了|了)?$|遗书|后事"
    r"|(?:世界|大家|他们|家里|全家)?(?:没有|没|少)了?我.{0,6}(?:会)?(?:更好|更轻松|比较好|好过)"
    r"|一死了之|死了算了?|想去死|要去死|(?<!思)想死(?!你|妳|的心|他|她|它|我|这|那|个|机|在|了你|了他|了她|了这|了那)|(?<!生)不如死"
    r"|不想(?:再)?(?:生存|做人)|生无可恋|(?:睡|觉).{0,6}(?:不要|不想|别|不用|就不)(?:再|会)?醒|不想(?:再)?(?:醒过来|醒来)"
    r"|(?:我|真的|实在)(?:快|已经|真的)?(?:要)?(?:撑|熬|捱|顶)不下去|(?:好|只|就|真的|很)想(?:要)?(?:就这样|从此)?(?:消失|解脱)(?![在的])"
    r"|(?:我|人)(?:要是|如果|一|都要|都|快)?(?:不在|没|走)了?.{0,10}(?:轻松|松(?:一)?口气|解脱|好过)|世上(?:就|再也)?没(?:有)?我|(?:好|没有?一天)(?:是)?想活"
    # in which way
    r"|跳楼(?!价|大|甩)|跳[下落]去|站在(?:天台|楼顶|桥上)|(?:想|要|去|准备)跳(?:河|江|海|桥|轨)|卧轨|上吊(?!着|灯|装|顶|篮|带)|烧炭"
    r"|割腕|刀[^.!?,]{0,4}[划割](?:了)?(?:自己|胳膊|手臂|手腕|腿|大腿)|(?:爬|站|坐)(?:上|到|在)(?:了)?(?:顶楼|天台|楼顶|栏杆|窗台)|(?:窗户|窗口|楼上|阳台|顶楼|桥上)(?:上)?跳|[割划]自己|[割划](?:了)?(?:我|自己)的?(?:手|胳膊)|[\U000209d9鎅](?:自己|手)|伤害自己|自残|自伤"
    r"|(?:吃|食|服|吞)(?:药|安眠药)?过量|药(?:一下子|全部?|都)?(?:吃|食|吞)(?:太)?多了|过量服药|(?:吞|吃|食)(?:了|下)?(?:一|整|大|半)*(?:瓶|樽|把)安眠药|吞安眠药"
    r"|(?:吃|食|吞)(?:了|晒|下|完)*(?:成|整|一整|一大|好大一)(?:瓶|樽|把|排|板).{0,4}(?:药|止痛|镇静)"
)
_ENGLISH = re.compile(
    # to die
    r"\bkill(?:ing)? my ?self\b|\bend(?:ing)? (?:it all\b(?! with)|my life)|\btak(?:e|ing) my (?:own )?life\b"
    r"|\bsuicid(?:e|al)\b|\b(?:don'?t|do not|doesn'?t|does not) want to (?:live|be alive|be here|wake up|go on|exist)(?: any ?more)?\s*(?:$|[.!,;]| and\b)"
    r"|\b(?:no|any|a|one|the) (?:point|reason) (?:in |to |of )?(?:living|live|going on(?! about)|go on(?! about)|carrying on|be alive|being alive|being here)\b"
    r"|\bdon'?t see the point (?:of|in) (?:anything|living|going on|life)\b|\bbetter off (?:dead|without me)\b"
    r"|\bwish i (?:was|were) (?:dead|never born)\b|\bwant(?:ed)? to die\b(?! (?:of|from|laughing))|\b(?:ready|going) to die\b(?! (?:of|from|laughing))"
    r"|\b(?:not|never|didn'?t|wouldn'?t|don'?t) (?:to )?wake up (?:again|tomorrow|any ?more|in the morning)\b"
    r"|\b(?:and|then|hope(?: that)? i|wish i) (?:just |could )?(?:not|never|don'?t|didn'?t|wouldn'?t) (?:ever )?wake(?: up)?\b"
    r"|\b(?:if|when) i (?:was|were|am|'m|just) (?:gone|dead|not here|no longer here)\b|\bi (?:died|disappeared|vanished) (?:and |nobody|no one|tonight|tomorrow)"
    r"|\b(?:won'?t|not going to|not gonna) be alive\b|\b(?:enough|sick|tired) of (?:being alive|living|life)\b|\b(?:sleep|asleep) for ?ever\b|\bstay asleep\b"
    r"|\b(?:easier|better|happier) (?:life )?(?:if|without) (?:i (?:just )?(?:was|were)n'?t|me\b)"
    # in which way
    r"|\b(?:going|go|jump(?:ing)?|step(?:ping)?) off (?:the|a) (?:roof|multi|bridge|balcony|platform|cliff)|\bburn(?:ing|ed)? my (?:own )?(?:arms?|legs?|skin) (?:with|again|on purpose)"
    r"|\bself[- ]harm|(?<!without )\b(?:hurt|cut|harm)(?:ting|ing)? my ?self\b(?! (?:on|with|while|when|opening|trying))|\bcut(?:ting)? my (?:arms|wrists?|thighs)\b(?! (?:on|with|while|when|opening))"
    r"|\b(?:took|taken|taking|take) an overdose\b|\boverdosed\b(?! on (?:cute|sugar|choc|caffeine|coffee|glitter))|\bslit(?:ting)? my (?:wrists?|throat)\b|\bhang(?:ing)? myself\b|\bnoose\b|\b(?:drank|swallowed|took|cut|burnt|burned|hurt)\b[^.!?]{0,30}\bon purpose\b"
    r"|\b(?:took|taken|swallowed|swallowing|downed|necked|eaten) (?:\w+ ){0,3}(?:whole|entire|full|all|too many|handful|fist ?ful|loads?|bunch|\d\d)\b[^.!?]{0,24}"
    r"\b(?:pills|tablets|paracetamol|ibuprofen|aspirin|codeine|sleeping|meds|medication|antidepressants|capsules)\b"
    r"|\bjump(?:ing)? (?:off|from) (?:the|a|this) (?:bridge|roof|balcony|building|cliff|ledge)\b|\bin front of (?:a|the) train\b",
)
# Each by itself is said of work, of queues or of a holiday.
_HINTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[撑熬捱顶扛坚持]+不(?:下去|住|了)|真的(?:好|太)?累了|太累了|好累"
        r"|\b(?:can'?t|cannot) (?:do|take|face|bear|cope with|go on with|carry on with|handle) (?:this|it|life|anything)\b[^.!?]{0,6}(?:any ?more|any longer)|\bcan'?t (?:go|carry|keep) (?:on|going)\b|\bso tired of (?:everything|it all|life)\b",
        r"(?:药|刀片|刀|绳子|安眠)[^.!?]{0,6}(?:面前|眼前|手里|手上|准备好|摆好)"
        r"|\b(?:pills|tablets|rope|noose|blades?|razor|knife)\b[^.!?]{0,24}\b(?:in front of me|lined up|laid out|in my hand|next to me|beside me|ready)\b",
        r"(?:没有?|不会有|冇)(?:一个)?人.{0,4}(?:在乎|发现|在意|难过|关心|想我)|谁.{0,2}会(?:在乎|在意|发现|难过)"
        r"|\b(?:nobody|no ?-?one)(?:'d| would| will|'ll)? (?:even |really |ever )?(?:notices?|cares?|miss(?:es)? me|cry)\b",
        r"大家再见|再见了?(?:大家|各位|世界|妈|爸)|永别|最后一(?:条|次)(?:消息|留言|说话|跟)|信(?:都|已经|也)写好"
        r"|\bgoodbye,? (?:everyone|everybody|all|world|forever)\b|\bsaid (?:my )?goodbyes?\b|\b(?:written|wrote|left) (?:the |my |a )?(?:letters?|notes?)\b|\blast (?:message|thing) (?:i|you)\b",
        r"到此为止|都(?:该|要)?结束了|今晚就?结束|就到这里了"
        r"|\b(?:this|it)(?:'s| is) the end\b|\bthe end for me\b|\b(?:it'?s|all) over for me\b|\bends? (?:it )?tonight\b|\bend it\b(?! (?:with|on))",
        r"(?:桥|天台|楼顶|窗台|铁轨|轨道|阳台)(?:上|边|栏杆)|\b(?:on|at) (?:the|a) (?:bridge|roof|rooftop|ledge|cliff|tracks|edge of)\b",
        r"(?:一切|什么|活|人生|做什么|生活|以后)(?:都|也|已经)?没(?:有)?(?:了)?(?:意义|意思|希望|盼头)|(?:拖累|负担|累赘|废人)"
        r"|\bno point (?:to|in) (?:any(?:thing| of it)|it)\b|\bwhat'?s the point (?:of (?:anything|it all|any of it)|any ?more)\b|\b(?:i'?m|just) a burden\b|\bnothing left\b|\bhopeless\b|\bworthless\b",
        r"明天(?:就)?(?:不|没)(?:会)?(?:在|有我)|\bwon'?t be (?:here|around) (?:tomorrow|much longer|for long|any ?more|by)\b|\bwhere i'?m going\b",
    )
)
_IN_FUN = re.compile(r"laugh|lol|lmao|haha|哈哈|笑死|笑到|好笑|搞笑")
_ENOUGH_HINTS = 2


def speaks_of_despair(plain: str) -> bool:
    """True when prepared text (Prepared.plain) speaks of ending or hurting oneself in earnest."""
    if _CHINESE.search(plain) or _ENGLISH.search(plain):
        return not _IN_FUN.search(plain)
    return sum(bool(hint.search(plain)) for hint in _HINTS) >= _ENOUGH_HINTS and not _IN_FUN.search(plain)
