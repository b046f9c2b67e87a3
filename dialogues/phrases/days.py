"""Words of a day, or of a time of it."""

from __future__ import annotations

import re

# Words of a day: the thirtieth, Friday, tomorrow, the end of the month.
NAMES_DAY = re.compile(
    r"\d\s*[号號日月]|(?:周|週|星期|禮拜|礼拜)[一二三四五六日天末]|[明后後今]天|[聽听后後]日|月底|月末"
    r"|\b(?:\d+(?:st|nd|rd|th)|mon|tues|wednes|thurs|fri|satur|sun)(?:day)?\b|\b(?:today|tonight|tomorrow)\b"
    r"|\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)\w* \d|\d (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)",
    re.IGNORECASE,
)
# Words of a time: Friday, the afternoon, four o'clock.
NAMES_TIME = re.compile(
    r"(?:周|週|星期|禮拜|礼拜)[一二三四五六日天末]|明天|后天|後天|[聽听后後]日|下(?:个|個)?(?:周|週|星期|禮拜|礼拜)|上午|下午|晚上|中午|早上|平日|工作日|[\d一二两兩三四五六七八九十]{1,2}\s*(?:点|點(?!数|數)|号|號)"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:tomorrow|mornings?|afternoons?|evenings?|weekends?|weekdays?|next week"
    r"|after \d|before \d)",
    re.IGNORECASE,
)
