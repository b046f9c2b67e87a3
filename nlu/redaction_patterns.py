"""Patterns of personal data that a shop never asks for. Each names what it hides `it`.

Chinese patterns read text folded to Simplified, of the same length as the original. Every repetition is
bounded, so that no message can make them slow.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_HAN = "\u3400-\u4dbf\u4e00-\u9fff"
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟汪田任姜范方石姚谭"
    "廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢"
    "路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍覃霍翁隋植甘景薄包司柏宁柯阮桂闵柴华车冉房"
)
_SURNAME = rf"(?:欧阳|司马|上官|诸葛|司徒|皇甫|尉迟|公孙|慕容|令狐|[{_SURNAMES}])"
_NOT_GIVEN = "的是在要想我你他她它,.;:!?、这那不没有了吗呢吧啊啦和跟也就都买请从"
_NEXT_WORD = "(?:先生|女士|小姐|太太|电话|手机|订单|单号|收件|收货|地址|住址|号码)"
_GIVEN = rf"(?:(?!{_NEXT_WORD}|[{_NOT_GIVEN}])[{_HAN}]){{1,2}}"
_TITLE = "(?:先生|女士|小姐|太太|阿姨|叔叔|大哥|大姐)"
_NOT_NAME = (
    r"(?!(?:not|on|in|and|is|was|wrong|mis\w*|spel\w*|the|a|an|my|your|under|different|still|incorrect\w*|missing|what"
    r"|printed|correct\w*|also|changed?|supposed|it|this|that|his|her|their|our|no|now|used|twice|gets?|got|has|should)\b)"
)
_LATIN = r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f'’\-]{0,24}"
_UPPER = r"[A-Z\u00c0-\u00de][a-z\u00df-\u024f'’\-][A-Za-z\u00c0-\u024f'’\-]{0,23}"

_STREET = (
    "(?:大道|胡同|大街|路|街|道|巷|弄|里|村|屯|邨|段|苑|小区|社区|花园|花苑|家园|新城|大厦|广场|公寓|中心|围|坊|台)"
)
_UNIT = "(?:号楼|号院|号|弄|栋|幢|座|单元|楼|层|室|房|铺|巷|段|村|组|期|[Ff])"
_NO_PLACE = "吧呢啊吗哦呀喔了的请快你我能"
_NUMERAL = "[0-9A-Za-z一二三四五六七八九十百零〇之#\\-]{1,8}"
_WAY = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|drive|dr|court|ct|close|way|place|pl|square|sq|boulevard|blvd|terrace"
    r"|crescent|cres|gardens?|grove|mews|highway|hwy|parade|quay|row|walk)"
)
_NOT_STREET = (
    r"(?!(?:days?|weeks?|months?|hours?|hrs?|minutes?|mins?|times?|items?|on|of|the|in|to|and|for|a|an|my|at|from|by"
    r"|is|was|per|pm|am|or|with|it|so|all|more|pairs?|boxes|orders?|years?|stars?|inch\w*|cm|mm|kg|g|percent|but|our"
    r"|your|their|his|her|this|that|which|off|down|up|over|out|no|not|any|some|i|we|you|they|he|she)\b)"
)


@dataclass(frozen=True)
class Rule:
    """A pattern for one kind; `reads_folded` says that it reads text folded to Simplified."""

    kind: str
    pattern: re.Pattern[str]
    reads_folded: bool


def _plain(kind: str, *parts: str) -> Rule:
    return Rule(kind, re.compile("".join(parts)), False)


def _any_case(kind: str, *parts: str) -> Rule:
    return Rule(kind, re.compile("".join(parts), re.IGNORECASE), False)


def _folded(kind: str, *parts: str) -> Rule:
    return Rule(kind, re.compile("".join(parts), re.IGNORECASE), True)


_PAPERS = (
    # Mainland China, Taiwan, Hong Kong, United States, United Kingdom; then whatever follows the word.
    _plain(
        "id_number",
        r"(?<![\dA-Za-z])(?P<it>[1-9]\d{5}[ -]?(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])",
        r"[ -]?\d{3}[\dXx])(?![\dA-Za-z])",
    ),
    _any_case("id_number", r"(?<![\dA-Za-z])(?P<it>[A-Z][1289A-D]\d{8})(?![\dA-Za-z-])"),
    _any_case("id_number", r"(?<![\dA-Za-z])(?P<it>[A-Z]{1,2}\d{6} ?\([\dA]\))"),
    _plain("id_number", r"(?<![\d-])(?P<it>\d{3}-\d{2}-\d{4})(?![\d-])"),
    _plain("id_number", r"(?<![\dA-Za-z])(?P<it>[A-Z]{2}(?: ?\d{2}){3} ?[A-D])(?![\dA-Za-z])"),
    _folded(
        "id_number",
        r"(?:护照|通行证|身份证|证件|passport|id card|licen[cs]e|insurance|social security|ssn)[^\d\n\[\]]{0,16}?",
        r"(?P<it>(?=[A-Z0-9\-]{0,12}\d{4})[A-Z]{0,4}[\d\-]{4,20}[A-Z]?)",
    ),
)

_ACCOUNTS = (
    _plain(  # IBAN
        "account",
        r"(?<![\dA-Za-z])(?P<it>[A-Z]{2}\d{2}(?: ?[A-Z\d]{4}){3,7}(?: ?[A-Z\d]{1,3})?)(?![\dA-Za-z])",
    ),
    _folded(
        "card",
        r"(?:卡号|银行卡|信用卡|card (?:number|no\.?|ending(?: in)?)|visa|mastercard|amex)[^\d\n\[\]+]{0,12}",
        r"(?P<it>\d[\d \-]{6,24}\d|(?:(?<=[号位码数g])|(?<=in )|(?<=[码号] )|(?<=g ))\d{4})",
    ),
    _folded(
        "code",
        r"(?:验证码|校验码|动态码|cvv2?|cvc|\botp\b|(?:verification|security|pass|one[- ]time) ?code)",
        r"[^\d\n,.;!?\[\]]{0,12}(?P<it>\d{3,8})(?!\d)",
    ),
    _folded(
        "code",
        r"(?:密码|口令|pass ?word|passwd|\bpin)(?: ?(?:是|为|is|was|:|=)){1,2} ?",
        r"(?P<it>(?=[!-~]{0,39}\d)[!-Z^-~]{4,40})",
    ),
    _folded(
        "account",
        r"(?<![a-z])(?:微信号?|wechat|\bwx|vx|qq|line(?: ?id)?|whatsapp|telegram|帐号|账号|account|username|用户名",
        r"|会员号|会员卡号|抖音号?|淘宝id|旺旺)(?: ?(?:id|no\.?|number|号))?(?: ?(?:是|为|is|:|=|加)){1,2} ?@?",
        r"(?P<it>(?=[\w.\-]{0,30}[\d_])[A-Za-z0-9][\w.\-]{3,30})",
    ),
    _plain("account", r"(?<![\w.@])(?P<it>@[A-Za-z]\w{3,30})(?![\w.]*@)"),
    _plain(  # IP address
        "account",
        r"(?<![\d.])(?P<it>(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3})(?![\d.])",
    ),
)

_NAMES = (
    _folded(
        "name",
        "(?:[我人]叫|名叫|姓名|收件人|收货人|联[系络]人|名字|署名)(?:是|叫|为|改成|改为)? ?[:]? ?",
        f"(?P<it>{_SURNAME}{_GIVEN})",
    ),
    _folded(
        "name",
        "(?:[我人]叫|名叫|叫我|我是|我系|联[系络]人|收[件货]人)",
        rf"(?P<it>[小阿老](?:(?![{_NOT_GIVEN}])[{_HAN}]){{1,2}})(?=[,.;:!?、\s]|$)",
    ),
    Rule(
        "name",
        re.compile(
            "(?:我叫|名叫|姓名|收件人|收货人|联[系络]人)(?:是|为)? ?[:]? ?"
            rf"(?P<it>{_UPPER}(?: {_UPPER}){{0,2}})(?=[^A-Za-z]|$)"
        ),
        True,
    ),
    _folded("name", f"(?<![{_SURNAMES}])(?P<it>{_SURNAME}(?:(?![{_NOT_GIVEN}])[{_HAN}]){{0,2}}{_TITLE})"),
    _folded("name", f"我姓(?P<it>{_SURNAME})"),
    _any_case(
        "name",
        rf"\bmy (?:full |first |last )?name(?:'s| is|s|:)? ?(?:is )?{_NOT_NAME}(?P<it>{_LATIN}",
        r"(?: (?!(?:and|i|i'm|my|the|but|from|with|so|on|at|to|for|order|here|speaking|not|by)\b)",
        rf"{_LATIN}){{0,2}})",
    ),
    _plain(
        "name",
        r"(?i:\b(?:i am|i'm|this is|it's|its|call me|name|recipient|addressee|attn|regards|cheers|sincerely|signed)",
        rf"[,:]? +)(?P<it>{_UPPER} {_UPPER}(?: {_UPPER})?)(?= (?i:here|speaking|from)\b|[,.;:!?\n]|$)",
    ),
    _plain("name", rf"(?P<it>\b(?:Mr|Mrs|Ms|Miss|Dr|Mx|Prof)\.? {_UPPER}(?: {_UPPER})?)"),
    _plain("name", rf"(?i:\bthis is +)(?P<it>{_UPPER})(?= (?i:here|speaking|from|again)\b)"),
)

_ADDRESSES = (
    _folded(
        "address",
        f"(?P<it>(?:[{_HAN}]{{2,8}}(?:省|自治区|特别行政区))?(?:[{_HAN}]{{2,8}}[市州])?",
        f"(?:[{_HAN}]{{1,8}}[区县旗乡镇])?[{_HAN}]{{1,12}}{_STREET}(?:{_NUMERAL}{_UNIT}){{1,6}}",
        rf"(?:[{_HAN}]{{2,8}}(?:{_NUMERAL}{_UNIT}){{1,4}})?[\d零〇一二三四五六七八九]{{0,5}})",
    ),
    _folded(
        "address",
        f"(?P<it>(?:[{_HAN}]{{2,8}}(?:省|自治区))?[{_HAN}]{{2,6}}市[{_HAN}]{{1,8}}[区县镇]",
        rf"(?:(?![{_NO_PLACE}])[{_HAN}0-9A-Za-z\-]){{2,16}})",
    ),
    _folded(
        "address",
        "(?:地址|住址|住在|寄到|送到|寄去|送去)(?:是|为|改成|改为|换成|改到)?[: ]{0,2}",
        r"(?P<it>(?=[^,.;!?\n]{0,40}[市区县镇乡路街道巷弄村厦])(?=[^,.;!?\n]{0,40}\d)",
        rf"[{_HAN}](?:(?![{_NO_PLACE}])[{_HAN}0-9A-Za-z\-#() ]){{4,50}})",
    ),
    _any_case(
        "address",
        r"(?P<it>(?:(?:flat|apt|apartment|unit|suite|room|rm|block|floor)\.? ?#?\w{1,6},? ?){0,3}",
        rf"(?<![\d.])\d{{1,5}}[A-Za-z]?,? (?:{_NOT_STREET}[A-Za-z][\w'’.\-]{{0,20}} ){{1,3}}{_WAY}\b\.?",
        r"(?:,? ?(?:flat|apt|apartment|unit|suite|room|rm|block|#)\.? ?#?\w{1,6})?)",
    ),
    _plain("address", r"(?<![A-Za-z\d])(?P<it>[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})(?![A-Za-z\d])"),
    _any_case(
        "address",
        r"post ?code[^\d\n\[\]]{0,10}(?<![A-Za-z])(?P<it>[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2})(?![A-Za-z\d])",
    ),
    _plain(
        "address",
        r"(?<![A-Za-z])(?P<it>(?:A[LKZR]|C[AOT]|D[EC]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI",
        r"|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?)(?!\d)",
    ),
    _any_case("address", r"(?P<it>\bp\.? ?o\.? ?box \d{1,8})"),
)

RULES = (*_PAPERS, *_ACCOUNTS, *_NAMES, *_ADDRESSES)

_SAID = "零〇一二三四五六七八九幺两"
# Digits told in words, as people dictate them.
SPOKEN = re.compile(
    rf"(?=[\d ,]{{0,20}}[{_SAID}])[\d{_SAID}](?:[ ,]?[\d{_SAID}]){{6,}}"
    r"|\b(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
    r"(?:[ ,\-]{1,3}(?:zero|oh|o|one|two|three|four|five|six|seven|eight|nine|double|triple)\b){6,}",
    re.IGNORECASE,
)

# What leads up to an address and is no part of it.
LEADS = re.compile(r"寄[到去给往]|送[到去往]|[地住]址|住|改[成到为]|换[成到]|发到|[是在到为从]|我家|请|[:,]")
