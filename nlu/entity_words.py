"""The words that details are made of, by tag. Chinese in Simplified form, English in lower case.

A tag is what the rules in grammar.py are written in; the number after a colon is the word's value there.
"""

from __future__ import annotations

from functools import cache

_WORDS: dict[str, str] = {
    # money
    "CUR:CNY": "人民币 rmb cny yuan renminbi 圆 元人民币",
    "CUR:TWD": "新台币 新台幣 台币 nt nt$ ntd twd 台幣",
    "CUR:HKD": "港币 港元 港纸 hk$ hkd 蚊",
    "CUR:USD": "us$ usd dollars dollar bucks buck 美元 美金 美刀",
    "CUR:GBP": "£ gbp pounds pound quid 英镑",
    "CUR:EUR": "€ eur euros euro 欧元",
    "CUR:SGD": "s$ sgd",
    "CUR:LOCAL": "¥ $ 元 块 块钱 元钱 大洋",
    "DIME": "毛 角 毛钱",
    "CENT": "cents pence",
    # relative days
    "DAY:-3": "大前天 大前日", "DAY:-2": "前天 前日", "DAY:-1": "昨天 昨日 寻日 琴日 噚日 昨 yesterday yest yday",
    "DAY:0": "今天 今日 today 当天 今儿", "DAY:1": "明天 明日 听日 tomorrow tmr tmrw tomoro tomorow 明儿", "DAY:2": "后天 后日", "DAY:3": "大后天",
    "NIGHT:-1": "昨晚 昨夜 寻晚 琴晚", "NIGHT:0": "今晚 tonight", "NIGHT:1": "明晚 听晚", "MORN:0": "今早 今晨", "MORN:1": "明早", "MORN:-1": "昨早",
    # weeks and months
    "SHIFT:-2": "上上 上上个", "SHIFT:-1": "上 上个 last previous 上一个", "SHIFT:0": "这 这个 本 this 今个 今", "SHIFT:1": "下 下个 next 下一个 coming", "SHIFT:2": "下下 下下个",
    "WEEK": "周 星期 礼拜 week weeks wk wks", "MONTH": "月 个月 month months", "YEAR": "年 year years yrs", "DAYS": "天 日 days day", "HOURS": "小时 个小时 钟头 个钟 个钟头 hours hour hrs hr",
    "MINUTES": "分钟 minutes mins min minute",
    "WD:1": "monday mon", "WD:2": "tuesday tue tues", "WD:3": "wednesday wed weds", "WD:4": "thursday thu thur thurs", "WD:5": "friday fri", "WD:6": "saturday sat", "WD:7": "sunday sun",
    "WEEKEND": "周末 weekend 礼拜末",
    "MON:1": "january jan", "MON:2": "february feb", "MON:3": "march mar", "MON:4": "april apr", "MON:5": "may", "MON:6": "june jun", "MON:7": "july jul", "MON:8": "august aug", "MON:9": "september sept sep", "MON:10": "october oct", "MON:11": "november nov", "MON:12": "december dec",
    "FEAST:01-01": "元旦", "FEAST:02-14": "情人节 valentine's valentines", "FEAST:06-18": "618", "FEAST:10-01": "国庆 国庆节", "FEAST:10-31": "halloween 万圣节", "FEAST:11-11": "双十一 双11", "FEAST:12-12": "双十二 双12", "FEAST:12-24": "平安夜", "FEAST:12-25": "圣诞 圣诞节 christmas xmas",
    "MONTHEND": "月底 月末", "YEAREND": "年底 年末",
    "AGO": "前 以前 之前 ago", "LATER": "后 以后 之后 later", "WITHIN": "内 之内 以内", "IN": "in within",
    "DATEUNIT": "号 日", "ORDINAL": "st nd rd th", "OF": "of", "THE": "the",
    "PART:AM": "早上 上午 凌晨 清晨 早晨 一早 清早 朝早 上昼 am a.m", "PART:NOON": "中午", "PART:PM": "下午 傍晚 晏昼 下昼 pm p.m", "PART:NIGHT": "晚上 晚间 夜里 夜晚 夜间 半夜 深夜", "OCLOCK": "点 点钟 时 o'clock", "HALF": "半", "AT": "at", "NOON": "noon", "MIDNIGHT": "midnight",
    # quantity and score
    "MEASURE": "件 台 盒 双 套 本 瓶 支 枝 包 箱 份 罐 袋 部 副 册 枚 颗 粒 pcs pc pieces piece pairs pair boxes packs packets bottles units items copies sets bags cans rolls tubes jars sachets",
    "MEASURE_LOOSE": "个 只 条 张 把 块儿 根 盏 片 枝",
    "QTY": "数量 qty quantity x × *", "THEM": "them these those",
    "POINT": "分 points", "STAR": "星 颗星 stars star 星级 粒星", "OUTOF": "/ outta",
    # numbers
    "ARTICLE": "a an",
    # cues
    "CUE_ORDER": "订单号 订单编号 订单 单号 编号 order number no ref reference 号码 id #", "CUE_TRACK": "运单号 运单 快递单号 物流单号 物流 快递号 tracking awb consignment 追踪 查件 配送编号 托运单 包裹号",
    "CUE_TAIL": "尾号 末四 后四 后四位 末四位 末4 后4 尾数 last ending ends four 4 digits",
    "CUE_PHONE": "电话 手机 手机号 手机号码 手提 联系电话 phone mobile tel cell whatsapp 微信",
}  # fmt: skip


@cache
def tags() -> dict[str, tuple[str, str]]:
    """Word to (tag, value); a word is listed once."""
    found: dict[str, tuple[str, str]] = {}
    for key, words in _WORDS.items():
        tag, _, value = key.partition(":")
        for word in words.split():
            found.setdefault(word, (tag, value))
    return found


@cache
def longest_chinese() -> int:
    """Characters of the longest Chinese word in the table."""
    return max(len(word) for word in tags() if not word.isascii())
