"""Words of peril: a person who is beaten, threatened, caught or lying there, told with who it is and what befell them.

A list beside the classifier, as in despair.py: one word decides little ("collapsed" is said of chairs and of fathers),
so every pattern joins the person and the harm.
"""

from __future__ import annotations

import re

_PERSON = (
    r"(?:he|she|they|my (?:\w+ )?(?:mum|mom|mother|dad|father|nan|gran\w*|husband|wife|partner|son|daughter|boy|girl|kid|child|baby|brother|sister|uncle|aunt"
    r"|friend|mate|flatmate|neighbou?r)|(?:mum|mom|dad|nan|gran\w*|(?:the|a|our|your) (?:\w+ )?(?:baby|toddler|child|kid|lad|man|woman|lady|guy|bloke|fitter|driver"
    r"|installer|courier|engineer|plumber|electrician|worker|customer|neighbou?r)|someone|somebody))"
)
_NEAR_ONES = r"(?:老公|老婆|丈夫|妻子|男友|男朋友|女友|女朋友|前夫|前妻|前男友|前任|我爸|我妈|爸爸|妈妈|继父|后爸|养父|婆婆|公公|室友|房东|另一半|那个男人|家里那位|先生|他|她)"
_ANYONE = (
    r"(?:我?(?:爸|妈|阿爷|阿婆|爷爷|奶奶|外公|外婆|阿公|阿嬷|阿妈|老公|老婆|先生|太太|儿子|女儿|仔|女|弟弟|妹妹|哥哥|姐姐|婆婆|公公|同事|朋友|室友|邻居)"
    r"|爸爸|妈妈|孩子|小孩|小朋友|宝宝|婴儿|bb|老人家?|师傅|快递员|骑手|店员|员工|工人|安装工|有人|他|她|娃)"
)
_LIMB = r"(?:腿|脚|手|胳膊|手臂|鼻梁|骨头|肋骨|脖子|狗头|脑袋)"
_BODY = r"(?:face|head|skull|teeth|legs?|arms?|neck|nose|jaw|throat|knees?|kneecaps|fingers|hands|bones|ribs)"
# Beaten at home, or afraid of it.
_BEATEN = re.compile(
    rf"{_NEAR_ONES}(?:又|一直|每天|天天|经常|老是|总是|昨晚|昨天|今天|刚刚|刚才|现在|常常|喝醉酒?|喝了?酒|饮醉酒?|郁手|就|会|还|在|正在|动手|发疯|都|之前|以前|曾经|拿[^.!?]{{1,4}}|要|过来|来|,){{0,4}}"
    r"(?:殴打|暴打|毒打|家暴|打|揍|掐|踢|踹|扇|掌掴|捅|砍|勒)(?:了|过|得|伤|着|到|死)*(?:我|我们|孩子|小孩)(?!.{0,6}(?:电话|手机|号|折|主意|分|星|字|包))"
    r"|家暴(?!剧|题材|热线)|被(?:老公|老婆|丈夫|男友|男朋友|前夫|前男友|他|她|我爸|爸爸|家里人)(?:给)?(?:打|揍|掐|踹|家暴)(?!折|扰|断|电话|开|包|动)"
    r"|把我(?:锁|关|绑)在(?!.{0,2}外)|(?:推|摔)我(?:下楼|下去|去撞|撞墙)|掐(?:住)?我的?脖子|(?:对我|跟我|同我)(?:动手|动粗|使用暴力|拳打脚踢)|打得?我(?:成身|全身|浑身|满身|一身)(?:都)?(?:是)?(?:伤|淤|瘀)"
    r"|(?:扬言|威胁|恐吓|放话|说).{0,6}(?:要|会).{0,10}(?:弄死|杀|打死|砍死|捅死|烧死|整死)了?(?:我|我们|孩子|全家)|(?:来|过来|找来|追来|上门)(?:杀|弄死|打死|砍|捅)我"
    r"|\b(?:husband|wife|partner|boyfriend|girlfriend|ex|dad|father|mum|mom|mother|step\w+|brother|uncle|flatmate|landlord|he|she)\b[^.!?,]{0,20}"
    r"\b(?:hit(?:s|ting)?|beat(?:s|ing|en)?|punch(?:es|ed|ing)?|kick(?:s|ed|ing)?|slap(?:s|ped|ping)?|chok(?:es|ed|ing)|strangl(?:es|ed|ing)|attack(?:s|ed|ing)|abus(?:es|ed|ing)|hurts|hurting|stabb(?:ed|ing)) "
    r"(?:me\b(?! (?:at|to|up with|as|for|hard with|with (?:a|the|another) (?:bill|charge|fee|price))\b)(?! up$)|us\b(?! (?:at|to|up|with))|the kids|my (?:son|daughter|kids|little|mum|mom|sister|brother))"
    r"|\bbeat(?:s|en|ing)? me up\b|\b(?:push(?:es|ed)|shov(?:es|ed)|throws?|threw) me (?:down|against|into|over|to the|onto|across)\b|\block(?:s|ed) me in\b|\bthreaten(?:s|ed|ing)? (?:to (?:kill|hurt|hit|stab|shoot|beat|burn)|me with a (?:knife|gun|bat|hammer))"
    r"|\b(?:afraid|scared|terrified|frightened) (?:that )?(?:he|she|they)(?:'ll|'s going to|'s gonna| will| is going to| might) (?:kill|hurt|hit|beat|find|attack)\b"
    r"|\bwon'?t let me (?:leave|out of) (?:the|our) (?:house|flat|home|room)\b|\bdomestic (?:violence|abuse)\b"
)
# The writer threatens somebody.
_SWORN = re.compile(
    rf"(?:打断|打折|砍断|剁了?|卸了?).{{0,3}}(?:你|他|她|们|客服|经理|店员|骑手|快递员)+(?:的)?.{{0,6}}{_LIMB}|(?:把|将)(?:你|他|她|那|这|客服|经理|老板|店员|快递员|骑手).{{0,14}}(?:打断|打残|打死|弄死|捅|剁(?!骨)|废了|打爆|打扁|打到)"
    r"|(?:弄死|整死|捅死|砍死|斩死|劈死|杀光|杀了|做掉|打死)(?:你|他|她|那个|这个|那帮|这帮|全家)(?!.{0,2}(?:都不|也不|都想不|也想不))|(?:烧|炸|砸)(?:了|掉|烂|平)*(?:你们?|你哋|他们)(?:的|家|这|间|那)*(?:破|烂|黑)?(?:店|公司|仓库|门市|铺|总部|门店)"
    r"|(?:带|拎|提|拿|揣)(?:着|把|了|一把|上)*(?:刀|菜刀|西瓜刀|铁棍|棍子|球棒|斧头|汽油|枪)[^.!?]{0,4}(?:去|过去|来|过来|上|杀到|冲)(?:找|到)?(?:你|他|店|门市|公司|仓库|总部)(?!.{0,10}(?:磨|修|换|退))"
    r"|\b(?:i'?ll|i will|we'?ll|we will|i'?m (?:going to|gonna|coming)|im (?:going to|gonna)|gonna|i swear|watch me|until i)\b[^.!?]{0,40}"
    rf"\b(?:smash|break|cave|knock|kick|punch|bash|stamp on|slit|slash|rip|rearrange)(?:ing)? (?:in |out |off )?(?:your|his|her|their|that \w+'?s|the \w+'?s|\w+'s|someone'?s|somebody'?s) (?:\w+ ){{0,2}}{_BODY}\b"
    r"|\b(?:i'?ll|i will|i'?m (?:going to|gonna)|im gonna|gonna) (?:\w+ ){0,2}(?:kill|stab|shoot|murder|strangle|batter|hurt) (?:you|him|her|them|whoever|every ?(?:one|body)|(?:the|that|your) (?:\w+ )?(?:driver|courier|guy|man|woman|rep|manager|agent|lad|idiot|bloke|girl|seller|fitter|clown|staff))\b"
    r"|\b(?:bring(?:ing)?|com(?:e|ing)|got|have)\b[^.!?]{0,30}\b(?:bat|hammer|knife|crowbar|machete|axe|petrol|gun)\b[^.!?]{0,12}\b(?:for you|your (?:knees|head|face|legs|manager|staff|driver))"
    r"|\bburn(?:ing)? (?:it|(?:your|the|that|this) (?:\w+ )?(?:shop|store|place|warehouse|office|building|depot|house|branch)) (?:down|to the ground)\b"
)
# Caught or buried.
_CAUGHT = re.compile(
    rf"{_ANYONE}[^.!?,]{{0,6}}(?:被[^.!?,]{{0,8}})?(?:压在|压住|困在|困住|埋在|埋住|夹住|夹在)[^.!?]{{0,8}}(?:下|底|里|电梯|柜|门|中间|出不|动不|起不|拉不)|(?:人|我|我们|孩子)(?:被)?困(?:在|住)[^.!?]{{0,6}}(?:电梯|厕所|房间|浴室|柜|车里|车上|里面出不)"
    rf"|\b{_PERSON}(?:'s| is|'re| are| got| gets| was| has been| still| just)* (?:\w+ )?(?:trapped|pinned|buried)\b(?! in (?:a |an |the |this |your )?(?:\w+ )?(?:contract|subscription|loop|plan|queue|deal))"
    r"|\b(?:arm|leg|hand|foot|fingers?|head|neck|body)(?:'s| is| are| got| gets| was)* (?:trapped|pinned|crushed)\b|\b(?:i'?m|im|i am|we'?re|we are|stuck and|still) (?:trapped|pinned) (?:under|underneath|beneath|behind|between|inside|in (?:the|a|your) (?:lift|elevator|bathroom|toilet|room|car|shed|garage|store|shop|freezer))"
)
# Lying there.
_LYING = re.compile(
    rf"{_ANYONE}[^.!?,]{{0,8}}(?:昏倒|晕倒|昏迷|昏过去|晕过去|晕了过去|不省人事|没(?:有|了)?意识|失去意识|(?<!有)没(?:有|了)?呼吸|停止呼吸|没气了|叫不醒|喊不醒|叫极都不醒|抽搐|倒在地|倒地不|口吐白沫|心脏病发)"
    rf"|{_ANYONE}[^.!?]{{0,10}}(?:是不是|好像|疑似|怕是|突然)(?:是)?(?:中风|脑梗|心梗)|(?:嘴巴?|嘴角)[^.!?]{{0,3}}(?:歪|斜)(?:了|一边|向|掉|到)"
    rf"|\b{_PERSON}(?:'s| is|'re| are| has| have| had| just| suddenly| completely| then| was| been| gone)* (?:collapsed|passed out|blacked out|unconscious|unresponsive|lifeless|(?:not|stopped|isn'?t|barely) breathing|won'?t wake(?: up)?|having a (?:stroke|seizure|heart attack)|had a (?:stroke|seizure|heart attack) (?:just|now|right))"
    r"|(?:摔|倒|跌)[^.!?]{0,10}(?:起不来|动不了|不会动|没反应|不应|爬不起)|\b(?:fell|fallen|gone down|tripped|slipped)\b[^.!?]{0,40}\b(?:not|isn'?t|won'?t|can'?t|doesn'?t) (?:respond|mov|answer|get up|talk|speak|wake|stand)"
    r"|\bisn'?t breathing\b|\b(?:face|mouth) (?:is |has |'s )?(?:drooping|gone droopy)\b|\bslurr(?:ing|ed) (?:his|her|their|my|all)\b|\bchest pains?\b"
)
_KINDS = (_BEATEN, _SWORN, _CAUGHT, _LYING)
_IN_FUN = re.compile(r"laugh|lol|lmao|haha|哈哈|笑死|好笑|搞笑|\bgames?\b|游戏|副本|小说|电影|电视剧|短剧|剧情")


def speaks_of_peril(plain: str) -> bool:
    """True when prepared text (Prepared.plain) tells of violence, sworn or suffered, or of a person caught or collapsed."""
    return any(kind.search(plain) for kind in _KINDS) and not _IN_FUN.search(plain)
