"""What a message tells of what happened, in the customer's own words: the part of it that is said back to them.

Said back are words of theirs and nothing else, so that nothing is invented; the part with a time, a mishap or what it
keeps them from weighs most. Questions, wishes, mere feelings, insults and figures that nobody else should read are not
said back.
"""

from __future__ import annotations

import re

from dialogues.phrases.clauses import asks, clauses_of, is_request, sets_condition
from dialogues.phrases.complaints import VERDICTS
from dialogues.phrases.coping import is_hard
from dialogues.phrases.script import HAN, is_chinese, joined
from dialogues.reading import Reading
from dialogues.state import State

LONGEST_ZH, LONGEST_EN = 22, 75  # characters that are said back
_ZH_WORTH_IT, _EN_WORTH_IT = 6, 5  # characters, words: less is a scrap
_WANTED = 4  # words or Chinese characters of a question or a wish: less is a cry
JUST_NOW = 3  # variants of wording: the reply before
LATELY = 20  # variants of wording, some four replies
_WORDS_AT_LEAST = 4  # of a clause: words in English, twice two characters in Chinese
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？；;\n…~～])|(?<=[!?])(?=[一-鿿])")
_OUTCRY = re.compile(r"[!！]*[?？][?？!！]+|[!！]+[?？]")  # "you sent me a pink one???" asks nothing
_COMMA = re.compile(r"\s*[，,、：:–—]+\s*|\s+-\s+|(?<=[一-鿿])\s+(?=[一-鿿])")
_LEADS_IN = re.compile(
    r"^(?:and|but|so|well|oh|also|because|plus|anyway|look|btw|by the way|for your information|yeah|yes|no|hi|hello)\b[\s,]*"
    r"|^(?:对了|對了|而且|还有|還有|另外|但是|可是|然后|然後|就是说|那个|那個|那(?=我|这|這|你|您)|因为|因為|其实|其實|反正|欸|诶|哎|唉|嗯|喂|拜托|拜託)+",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"\d|[一二两兩三四五六七八九十几幾半][个個]?(?:天|日|周|週|星期|禮拜|礼拜|月|年|次|遍|回|趟|小时|小時|分钟|分鐘|点|點)|第[一二三四五]|昨|前天|上周|上週|上个|上個|今早|早上|晚上|半夜|一直|每次|又"
    r"|\b(?:day|week|month|year|hour|minute|time)s?\b|\bsince\b|\byesterday|\blast\b|\bago\b|\bagain\b|\btwice\b|\bonce\b|\bevery\b"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day|\b(?:morning|afternoon|evening|tonight)\b",
    re.IGNORECASE,
)
_MISHAP = re.compile(
    r"没|沒|不(?!好意思)|未|坏|壞|断|斷|掉|漏|错|錯|少|缺|破|裂|碎|松|鬆|瘪|癟|卡|崩|脱|脫|花屏|黑屏|只有|只能|空|湿|濕|脏|髒|旧|舊|慢|迟|遲|晚|找不|打不|退|扣|清零|打错|拍了|按过|按過|试过|試過|换过|換過|摔|扔|甩|吼|嚷|骂|罵|挂断|掛斷|挂了|掛了|[清洗擦拆装裝插充启啟查找]\w{0,2}(?:过|過)"
    r"|\bi'?ve (?:already |just )?(?:\w+ed|done|had|put)\b|\b(?:no|not|never|nobody|nothing|none|only|still|without|late|wrong|missing|empty|broke\w*|crack\w*|cut|torn|wet|dirty"
    r"|stopp\w*|stuck|fail\w*|lost|left|snapp\w*|came off|fell|leak\w*|charged|locked|frozen|tried|already|instead|shout\w*|yell\w*|hung up|threw|slamm\w*|dumped)\b|n'?t\b",
    re.IGNORECASE,
)
_KEEPS_FROM = re.compile(
    r"害|请(?:了)?.{0,3}假|請(?:了)?.{0,3}假|等着|等著|要用|等用|靠|没法|沒法|下不|一个人|一個人|孩子|宝宝|寶寶|女儿|女兒|儿子|兒子|妈|媽|爸|老人|生日|婚|年会|年會|出差|搬家|考试|考試|预产期|預產期|学费|學費|上班|面试|面試|旅"
    r"|\b(?:work|off|need(?:ed|s)?|wedding|birthday|present|rent|job|trip|flight|exam|party|hospital|baby|son|daughter|mother"
    r"|mum|mom|father|dad|wife|husband|kids?|child|children|school|live alone|so that|in order to|wait\w*|sit(?:ting)? in)\b",
    re.IGNORECASE,
)
# Wishes and instructions, greetings and thanks, not knowing, bare feelings and verdicts: nothing that happened.
_WISHES = re.compile(
    r"^(?:你就|您就|你快|你们快|你們快|请|請|麻烦|麻煩|给我|給我|帮我|幫我|快|赶紧|趕緊|赶快|趕快|马上|馬上|立刻|我要(?!的)|我想|我只想|想(?:要|把)?|我就要|转|轉|叫|让|讓|找|或者|可能|别|別|不要|不用|行了|算了|那就|就(?:按|照|要)|要(?!是)|还是|還是|改到|改成|换成|換成"
    r"|好的?$|可以|谢谢|謝謝|多谢|多謝|您好|你好|姑娘|少年|小姐|先生)|给.{0,2}准话|給.{0,2}準話|帮我|幫我|啥|(?:能|可以|会|會|行).{0,8}不$|不想|不要|不接受|只要|没问题|沒問題|(.)[不没沒](?:有)?\1|了没|了沒"
    r"|^(?:please|give|get|send|fix|sort|tell|let|just|make|stop|put|cancel|refund|change|call|ring|find|do|don'?t|or|maybe|could|can|would|will|i'?d (?:like|rather|prefer)|i (?:just )?(?:want|would|should)|i'?ll|"
    r"if|thank|thanks|cheers|hello|hi|hey|dear|good (?:morning|afternoon|evening)|sorry)\b|\bi want\b|\bi (?:don'?t want|demand)\b|\bthat'?s (?:all|it|fine|ok)|(?:没|沒)(?:有)?(?:在)?(?:回?答|看懂|听懂|聽懂)|不知道|不懂|不明白|搞不清|听不懂|聽不懂|气不气|氣不氣|\b(?:understand|don'?t (?:know|get it)|no idea|confus\w*|which of)\b",
    re.IGNORECASE,
)
_FOR_ME = re.compile(r"[给給][我我们個个]|要|想|[只别別]|\b(?:me|need|want)\b", re.IGNORECASE)
_PRIVATE = re.compile(
    r"\d[\d\s-]{5,}\d|@|https?:|密码|密碼|验证码|驗證碼|卡号|卡號|\bpassword\b|\bpin\b|\bcvv\b", re.IGNORECASE
)
_LIKE_A_FACT = 3  # the weight of a statement that speaks of a time, a mishap or what it keeps from
SAID_BACK = frozenset(
    {
        "listen.told",
        "listen.read",
        "listen.asked",
        "listen.wanted",
        "empathise.anxious.told",
        "listen.waiting_told",
        "restate.told",
    }
)  # wording that does so
# Turns that answer, thank or pass the time: their words tell nothing.
_NO_STORY = frozenset({
    "affirm", "deny", "resolved", "thank", "goodbye", "greet", "dont_know", "stop_contact", "praise", "suggestion",
    "chitchat", "out_of_scope", "bot_identity",
})  # fmt: skip


def told(reading: Reading) -> str:
    """The customer's own words of what happened, as they may stand in quotation marks; "" where the message has none."""
    if reading.choice or reading.emotion == "abusive" or (reading.intent in _NO_STORY and not reading.unsure):
        return ""
    best = max(_runs(_OUTCRY.sub("！", reading.text)), key=_weight_of_all, default=[])
    if not best or max(map(_weight, best)) < _LIKE_A_FACT:
        return ""
    chinese = is_chinese(reading.text)
    words = joined(_shortened(best, chinese), like=reading.text)
    return _LEADS_IN.sub("", words.lower() if words.isupper() and not chinese else words)


def to_say_back(state: State, reading: Reading) -> str:
    """The words that are said back now; "" for a scrap, and soon after others: a clerk reads back every line."""
    return "" if _is_lately(state) else worth_it(told(reading))


def worth_it(words: str) -> str:
    """The words where they are more than a scrap; else ""."""
    size = len(HAN.findall(words)) if is_chinese(words) else len(words.split())
    return words if size >= (_ZH_WORTH_IT if is_chinese(words) else _EN_WORTH_IT) else ""


def wanted_to_say_back(state: State, reading: Reading) -> str:
    """The question or the wish that is said back where nothing that happened is told; "" for a scrap, and soon after."""
    if reading.choice or reading.emotion == "abusive" or _is_lately(state, JUST_NOW):
        return ""
    parts = [part.strip(" .。!！;；…~～\n'\"“”「」()（）?？") for part in clauses_of(reading.text)]
    said = ""
    for part in filter(_is_wish_to_say_back, reversed(parts)):  # the last ones, as many as there is room for
        whole = joined((part, said), like=part) if said else part
        if len(whole) > (LONGEST_ZH if is_chinese(part) else LONGEST_EN):
            break
        said = whole
    size = len(HAN.findall(said)) if is_chinese(said) else len(said.split())
    return said if size >= _WANTED else ""


def _is_wish_to_say_back(clause: str) -> bool:
    wishes = asks(clause) or is_request(clause) or bool(_FOR_ME.search(clause))
    unfit = VERDICTS.search(clause) or _PRIVATE.search(clause) or is_hard(clause)
    return wishes and not unfit


def _is_lately(state: State, within: int = LATELY) -> bool:
    return any(variant.partition("#")[0] in SAID_BACK for variant in state.said[-within:])


def _runs(text: str) -> list[list[str]]:
    """The runs of neighbouring clauses that may be said back."""
    runs: list[list[str]] = [[]]
    for part in (part for sentence in _SENTENCE.split(text) for part in _COMMA.split(sentence)):
        clause = part.strip(" .。!！;；…~～\n'\"“”「」()（）")
        if not clause:
            continue
        if _is_fit(_LEADS_IN.sub("", clause)):
            runs[-1].append(clause)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _is_fit(clause: str) -> bool:
    size = len(HAN.findall(clause)) // 2 + len(re.findall(r"[A-Za-z']+", clause)) if clause else 0
    if size < (_WORDS_AT_LEAST - 2 if is_chinese(clause) else _WORDS_AT_LEAST - 1):
        return False
    return not (
        asks(clause)
        or sets_condition(clause)
        or _WISHES.search(clause)
        or VERDICTS.search(clause)
        or _PRIVATE.search(clause)
        or is_hard(clause)
    )


def _weight(clause: str) -> int:
    return 1 + 2 * sum(bool(each.search(clause)) for each in (_WHEN, _MISHAP, _KEEPS_FROM))


def _weight_of_all(run: list[str]) -> int:
    return max(map(_weight, run)) * 4 + sum(map(_weight, run))


def _shortened(run: list[str], chinese: bool) -> list[str]:
    """The part of a run that is short enough: the weightiest clause and those beside it, while there is room."""
    longest = LONGEST_ZH if chinese else LONGEST_EN
    at = max(range(len(run)), key=lambda i: _weight(run[i]))
    first = last = at
    if len(run[at]) > longest:
        return []
    while True:
        room = longest - sum(len(clause) + 2 for clause in run[first : last + 1])
        if last + 1 < len(run) and len(run[last + 1]) <= room:
            last += 1
        elif first > 0 and len(run[first - 1]) <= room:
            first -= 1
        else:
            return run[first : last + 1]
