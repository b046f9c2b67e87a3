"""How a message is put: whether it asks something, rules something out or puts it off, or sets a condition.

Told from words alone, so that "how long does a refund take", "don't refund it" and "refund it if it is late" are not
taken for "refund it". Works on prepared text (Prepared.plain): lower case, Simplified, Cantonese in Mandarin words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlu.clauses import split

# What may be asked; "whether" is a question with yes or no for an answer, "what" asks which or what.
ASKS = ("duration", "amount", "cost", "when", "where", "why", "how", "who", "what", "whether")


@dataclass(frozen=True)
class Modality:
    """asks: the kind of the first question (one of ASKS), "" for none; a plain yes-or-no question gives way to others.
    negated: something is ruled out or put off. conditional: something holds only if something else does."""

    asks: str = ""
    negated: bool = False
    conditional: bool = False


_VERB = r"(?:is|are|was|were|am|will|would|do|does|did|can|could|should|shall|may|might|has|have|had|'s|'re|'ll|'d)"
_ASKING = r"(?:know|tell me|tell us|ask|asking|wonder|wondering|say|see|check|find out|idea|clue|clear|explain|confirm)"
_UNIT = r"(?:business |working |more |many )*(?:second|minute|hour|day|night|week|month|year|workday)s?"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (
            "duration",
            r"(?<![没不])多久(?!以前|之前)|(?<!这么)多长时间|多少(?:天|个?小时|个?工作日|分钟|时间|个?月|年|"
            r"个?星期|个?礼拜)"
            r"|(?:要|等|用|花|需要|得|还有|最多|最快|最慢|大概|大约|一般|通常|差|过|在)几(?:天|个?工作日|"
            r"个?小时|个?星期|个?礼拜|周|个月|分钟)(?!前|后|就|了)"
            r"|(?<![过前这好那后没头了再])几(?:天|个?工作日|个?小时|个?星期|个?礼拜|周|个月|分钟)(?=内?(?:能|"
            r"可以|才|到|会|吗|呢|啊|呀|\?|$))"
            rf"|\bhow (?:long|soon|quickly|fast)\b|\bhow (?:many|much) (?:more )?{_UNIT}\b|"
            rf"\bhow much (?:longer|more time|time)\b",
        ),
        (
            "amount",
            r"(?:退|赔|补|返|找|拿回|收到|到账)(?:给|回|我|你|了|的?钱|款|偿|能|可以|是|会|到)*多少|(?:能|会|"
            r"可以|应该|该)退多少|(?:退|赔|补)几(?:块|成|折)"
            r"|\bhow much (?:\w+ ){0,5}(?:back|refund(?:ed)?|get|receive|owed?|credit(?:ed)?|compensation)\b"
            r"|\b(?:full|whole|all) (?:refund|amount|money)(?: back)?\?",
        ),
        (
            "cost",
            r"多少(?:个)?(?:钱|费|元|块)|几(?:块|毛)钱?|(?:邮|运|手续|快递|安装|检测|维修|配送|服务|人工|"
            r"上门|差|违约)费[^,.!?]{0,5}"
            r"(?:多少|怎么|几|谁|吗|么|呢|另)|(?:费用|价格|价钱|钱)[^,.!?]{0,3}(?:多少|怎么算|几|谁出|谁付|怎么收)"
            r"|(?:要|收|扣|出|付|加|花)[^,.!?没]{0,6}(?:钱|费|款)(?:吗|么|嘛|不|没|\?)|怎么收费|贵不贵"
            r"|要不要(?:收|给|付|出|补|加|扣)?(?:手续|额外|另外|运|邮|差|我)?(?:钱|费|价)|(?:收|要|"
            r"扣)不(?:收|要|扣)[^,.!?]{0,3}(?:钱|费)"
            r"|免费(?:的)?(?:吗|么|嘛|不|\?)|包邮(?:吗|么|嘛|不|\?)|谁(?:出|付|承担|掏)[^,.!?]{0,4}(?:钱|费)"
            r"|(?:会不会|是不是|要不要|是否|会)(?:另|额外|再|多)?(?:收|扣)[^,.!?]{0,4}(?:钱|费|款)"
            r"|\bhow much(?! (?:longer|more time|time)\b)"
            r"|\bwhat(?:'s| is| are| does| do| would| will)?\b[^,.!?]{0,30}\b(?:costs?|prices?|fees?|"
            r"charges?|postage)\b"
            r"|\b(?:is|are|will|would) (?:\w+ ){1,4}(?:free|fees?|charged?|cost)\b(?! to\b)|"
            r"\bany (?:\w+ )?(?:fees?|charges?|costs?)\b"
            r"|\b(?:do|does|did|will|would|must|should|have|what) (?:i|we|it|that) (?:have to |need to |"
            r"be )?(?:pay|cost|charged)\b"
            r"|\bwho (?:pays|covers|is paying)\b|\bwhat do (?:i|we) (?:have to |need to )?(?:pay|owe)\b",
        ),
        (
            "when",
            r"什么时候|几时|何时|什么时间|什么日子|几点|哪(?:一)?天|几号|哪个?月|多会儿|(?:周|星期|礼拜)几|"
            r"哪个?(?:星期|礼拜|周)|多早|最快(?:什么|几|哪)"
            rf"|\bwhen {_VERB}\b|\bwhen's\b|\bwhens\b|\bwhen (?:exactly )?\?|^when\W*$|\b{_ASKING} (?:me |"
            rf"us )?(?:exactly )?when\b"
            r"|\b(?:what|which) (?:time|day|date|week|month)\b|\bby when\b|\btill when\b|\bsince when\b|"
            r"\beta\b(?=[^,.!]*\?)",
        ),
        (
            "where",
            r"哪(?:里|儿)|(?:在|去|到|从|寄|发|放|走|停|卡)哪|哪(?:边|家|个地方|个网点|个站|个?门店)|什么地方"
            rf"|\bwhere {_VERB}\b|\bwhere'?s\b|\bwhereabouts\b|\bwhere to\b|^where\W*$|\b{_ASKING} (?:me |"
            rf"us )?where\b|\bwhere (?:\w+ ){{0,6}}\?",
        ),
        (
            "why",
            r"为什么|为何|怎么(?:会|还|又|就|这么|那么|没|不(?!了)|突然|老|总|一直|是|变|少|多|回事|搞的)|"
            r"凭什么|干嘛(?!用)|干吗|什么(?:原因|理由|道理|缘故)|何以|什么情况"
            r"|\bwhy\b|\bhow come\b|\bwhat(?:'s| is| was)? the reason\b|\bfor what reason\b",
        ),
        (
            "how",
            r"怎么(?!会|还|又|就|这么|那么|没|不(?!了)|突然|老|总|一直|是|变|少|多|回事|搞的)|怎样|如何|咋"
            rf"|\bhow (?:to|{_VERB})\b|\bhow (?:exactly |on earth )?\?|^how\W*$|\bhow (?:i|we|you|it) (?:can|"
            rf"could|should|do)\b"
            rf"|\b{_ASKING} (?:me |us )?how\b|\bwhat (?:do|should|shall|can) (?:i|we) do\b",
        ),
        ("who", rf"谁|哪位|\bwho {_VERB}\b|\bwho's\b|^who\W*$|\b{_ASKING} (?:me |us )?who\b"),
        (
            "what",
            r"什么(?!的)|哪(?:个|种|款|件|张|些|一)|第几|几(?:个|件|次|种|张|折)(?=[^,.!?]{0,8}(?:\?|$))|"
            r"多(?:大|高|重|长|宽|少)(?!钱)"
            rf"|\bwhat {_VERB}\b|\bwhat's\b|\bwhats\b|\bwhat (?:happens|happened|else|about)\b|"
            rf"\bwhat (?:\w+ ){{1,3}}{_VERB}\b|^what\W*$|\bwhich\b(?=[^,.!]*\?)|^which\b|\b{_ASKING} (?:me |"
            rf"us )?(?:what|which)\b"
            r"|\bhow many\b",
        ),
    )
)  # fmt: skip
_WHETHER = re.compile(
    r"\?|(?<![干])吗(?=$|[\s,.!~])|(?<=.)么(?=$|[\s.!~])|[呢](?=$|[\s.!~])|(.)不\1|(?:有|能|会|可以|行|好|"
    r"收到|到)没有?(?=$|[\s,.!~])|有没有|是否|可不可以|能否|可否"
    r"|问(?:一?下|问|个|你们|清楚)"
    rf"|(?:^|[,.!;]\s*)(?:{_VERB}|aren't|isn't|can't|won't|don't|doesn't|didn't|couldn't) (?:i|you|it|he|she|"
    rf"we|they|this|that|there|these|those|my|the|your|our|any|anyone|someone)\b"
    rf"|\b{_ASKING} (?:me |us )?(?:if|whether)\b|\bwhether\b"
)
# "when I opened it", "what I ordered", "哪都好" name no question.
_NO_QUESTION = re.compile(
    r"怎么(?:着|说)?都|什么都|哪(?:里|儿|个)?都|谁都|多少都|说什么|没什么|没怎么|不怎么|不知怎么|不管怎么|"
    r"无论(?:如何|怎么|什么)|不管什么|算什么|看什么看"
    r"|什么什么|(?:无|不)论|随便(?:什么|怎么|哪)|(?:没|不)多少|多多少少|\bno matter (?:what|how|when|where|"
    r"who)\b|\bwhat'?s more\b|\bwhat ?ever\b"
)

_REMEDY = re.compile(
    r"(?:退|换(?!季|句)|取消|赔|补(?:发|寄|偿)|重(?:发|寄)|撤(?:单|销)"
    r"|\brefund(?:ed|s|ing)?\b|\bcancel(?:led|ed|ing|lation)?\b|\breturn(?:ed|s|ing)?\b"
    r"|\bexchang(?:e|ed|ing)\b|\bswap(?:ped|ping)?\b|\breplac(?:e|ed|ement|ing)\b|\bre-?s(?:end|ent|hip)\b|"
    r"\bmoney\b|\bcredit\b|\bvouchers?\b)"
)
# A wish denied or put off, whatever it is about …
_RULED_OUT = re.compile(
    r"(?<![要能区分性个特类级识辨派告离差道])别(?!的|人|家|处|墅|针|名|扭|样|致|提多|说了?也)|"
    r"(?<![要能可])不要(?!紧|脸)|(?<!用)不用(?!说)|不必|不需要|无需|毋须|不想(?!到)|不愿|不打算|不准备|"
    r"不考虑|不接受|不同意|不急"
    r"|不是(?:要|想|来|让|叫|说|这个意思)|没(?:有)?(?:想|要(?!求)|打算|让|叫|说(?:过)?要|申请|同意|答应)|"
    r"先不|暂(?:时)?不|(?:先)?等(?:一?等|一?下|一会|会儿)|稍等|慢着|且慢|再(?:想想|说|看看|考虑)|(?:考虑|"
    r"想)一下|不(?:退|换|取消|撤)(?!不|款)"
    r"|\b(?:do not|don'?t|dont|please not|never|not to) (?:you )?(?:dare |want|need|wish|like|refund|cancel|"
    r"return|exchange|swap|replace|send|re-?send|ship|change|do|touch|process|bother|go|take|give|stop|close|"
    r"issue|charge)\b"
    r"|\b(?:wouldn'?t|didn'?t|doesn'?t|don'?t|dont|no longer|never|not) (?:really |actually |even )?(?:want|"
    r"need|ask|asked|asking|wish|agree|agreed|order(?:ed)? a|request(?:ed)?|looking|after|interested|"
    r"trying to|going to)\b"
    r"|\b(?:rather not|better not|not yet|hold on|hang on|hold off|wait(?! for\b|ed|ing)|not now|no need|"
    r"no thanks|not (?:a|the|any|for a) )\b|\bno (?:refund|cancel|exchange|return|swap|replacement|voucher|"
    r"credit)"
    r"|\blet me think\b|\bthink about it\b|\binstead of\b"
)
# … and a remedy that is denied: "I never got my refund", "退款没到".
_NOT = re.compile(
    r"没(?!事|问题|关系)|未|(?<!能)不(?!好意思|错|过|同|仅|但|管|论|如|良|行)|\b(?:not|never|no|cannot|"
    r"without)\b|n't\b|\b(?:dont|wont|cant|didnt|doesnt|isnt|hasnt|havent)\b"
)
_CONDITION = re.compile(
    r"如果|要是|假如|假设|假若|倘若|倘使|若(?:是|不|能|没|果|无)|的话|万一|除非|只要|否则|要不然|"
    r"(?<=[,\s])不然|^不然|前提是"
    r"|\bunless\b|\bsuppos(?:e|ing)\b|\bassuming\b|\bin case\b|\bprovided (?:that|it|you)\b|\bas long as\b|"
    r"\botherwise\b|^should (?:the|it|i|my|you)\b|\bdepend(?:s|ing) on\b"
)
_IF = re.compile(r"\bif\b")
_WHETHER_IF = re.compile(
    rf"\b(?:{_ASKING}|sure|unsure|curious|checking|care|matter|remember|not sure) (?:me |us )?if\b|\bas if\b|"
    r"\bif (?:any|possible|so)\b|\bif (?:i|you) (?:may|might|don't mind|please|like)\b"
)


def modality_of(plain: str) -> Modality:
    """Of prepared text. Never raises."""
    text = _NO_QUESTION.sub(" ", plain)
    found = sorted(
        (match.start(), place, kind)
        for place, (kind, pattern) in enumerate(_KINDS)
        if (match := pattern.search(text)) is not None
    )
    asks = found[0][2] if found else "whether" if _WHETHER.search(text) else ""
    return Modality(asks, any(_rules_out(clause) for clause in split(plain)), _sets_condition(plain))


def _rules_out(clause: str) -> bool:
    """ "要不要" and "能不能" deny nothing."""
    said = re.sub(r"(.)不\1", " ", clause)
    return bool(_RULED_OUT.search(said) or (_REMEDY.search(said) and _NOT.search(said)))


def _sets_condition(plain: str) -> bool:
    return bool(_CONDITION.search(plain) or _IF.search(_WHETHER_IF.sub(" ", plain)))
