"""What is held against the shop, in words: anger, a verdict, mockery, that it is late, that it was promised."""

from __future__ import annotations

import re

# Words of praise that mock where something is late or still not there: "5 days late, brilliant", 「又要等 好棒棒」.
MOCKS = re.compile(
    r"呵呵|优秀|優秀|棒棒|拍拍手|佩服|厉害|厲害|了不起|真行|真会|真會|真有你|👏|🙃"
    r"|\b(?:bravo|well done|brilliant|genius|great job|good job|congrat\w*|love that|lovely|wonderful|fantastic|marvellous|impressive|amazing)\b",
    re.IGNORECASE,
)
SAYS_ANGRY = re.compile(
    r"气死|氣死|火大|很火|生气|生氣|嬲|气人|氣人|\b(?:annoyed|angry|furious|livid|fed up|infuriat\w+)\b", re.IGNORECASE
)
# What is said of us, or of how they feel, and tells nothing that happened.
VERDICTS = re.compile(
    r"夸张|誇張|眼睛|眼瞎|瞎了|太(?:过分|過分|差|烂|爛|离谱|離譜|慢了|扯)|什么(?:破|玩意|东西)|什麼(?:爛|東西)|垃圾|骗|騙|坑|离谱|離譜|无语|無語|恶心|噁心|抢|搶|投诉|投訴|申诉|申訴|客訴|爆料|不高兴|不高興|曝光|差评|負評"
    r"|妈的|媽的|他妈|靠北|靠腰|操|傻|白痴|智障|滚|滾|屁|狗|脑残|腦殘|踢皮球|打发|打發|忽悠|好样|恭喜|牛[啊逼]|耍猴|走着来|走著來|哈哈|薪水|质量也|品質"
    r"|\b(?:outrag\w*|ridiculous|joke|disgust\w*|disgrac\w*|unacceptable|useless|rubbish|crap|shit\w*|fuck\w*|bloody|damn\w*|hell|idiot\w*|moron\w*"
    r"|stupid|pathetic|appalling|shambles|scam\w*|thie\w*|liars?|lying|love|cross|annoy\w*|upset|had it with|had enough|mug|cheek"
    r"|clowns?|cowboys?|worst|terrible|awful|horrible|sick of|trading standards|lawyer|sue)\b"
    rf"|{MOCKS.pattern}|{SAYS_ANGRY.pattern}",
    re.IGNORECASE,
)
WAITS = re.compile(
    r"迟到|遲到|晚了|又要等|还要等|還要等|(?:没有?|沒有?|未)(?:到|来|來|收到|送到|寄)|消失|等了|走着来|爬过来|爬過來|[天周週月]了"
    r"|\b(?:late|still (?:not|no|nothing|waiting|hasn'?t|isn'?t)|waiting|(?:days|weeks|months) for|hasn'?t (?:come|arrived|turned up)|no parcel)\b",
    re.IGNORECASE,
)
_YOU_SAID = re.compile(
    r"说好|說好|话好|話好|讲好|講好|答应|答應|应承|應承|承诺|承諾|不是(?:说|說)|(?:说|說)过|(?:说|說)過|(?:你们|你們|您)(?:说|說)"
    r"|\b(?:you|he|she|they|who) (?:said|told|promised|swore|were (?:going|supposed|meant) to)"
    r"|\bpromis\w+|\bwas (?:going|supposed|meant) to",
    re.IGNORECASE,
)


def says_promised(text: str) -> bool:
    """True for "you said you'd sort it"."""
    return bool(_YOU_SAID.search(text))
