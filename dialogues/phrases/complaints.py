"""What is held against the shop, in words: that it is late, that it was promised, or in mockery."""

from __future__ import annotations

import re

# Words of praise that mock where something is late or still not there: "5 days late, brilliant", 「又要等 好棒棒」.
MOCKS = re.compile(
    r"呵呵|优秀|優秀|棒棒|拍拍手|佩服|厉害|厲害|了不起|真行|真会|真會|真有你|👏|🙃"
    r"|\b(?:bravo|well done|brilliant|genius|great job|good job|congrat\w*|love that|lovely|wonderful|fantastic|marvellous|impressive|amazing)\b",
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
