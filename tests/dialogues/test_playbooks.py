"""The shop's playbooks: complete, worded in three languages, and within limits."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from dialogues import offers
from dialogues.book import PLAYBOOKS, PlaybookError, load_book, load_numbers
from dialogues.language import LOCALES
from dialogues.playbook import STATUSES, Fact, Option
from dialogues.playbook_check import check, show
from dialogues.reading import Order
from dialogues.wording import Wording

pytestmark = pytest.mark.fast

BOOK = load_book()
DOCS = Path(__file__).parents[2] / "docs" / "playbooks.md"
WORDING = Wording.load()
# The service issues of the labelling scheme, with the kind of their moments.
ISSUES = {
    "order_status": "second", "delivery_problem": "second", "item_problem": "second", "return_exchange": "second",
    "refund": "second", "order_cancel": "first", "order_change": "first", "payment_problem": "first",
    "invoice": "second", "price_promotion": "zero", "product_question": "zero", "usage_help": "second",
    "repair_warranty": "second", "account_problem": "first", "membership": "first", "service_complaint": "second",
    "escalation_threat": "ultimate", "privacy_request": "second", "business_info": "zero", "suggestion": "ultimate",
    "praise": "ultimate",
}  # fmt: skip
OPEN_TO_ALL = {
    "price_promotion", "product_question", "usage_help", "account_problem", "membership", "service_complaint",
    "escalation_threat", "privacy_request", "business_info", "suggestion", "praise",
}  # fmt: skip


def order(status: str = "delivered", **more: object) -> Order:
    details = {"amount": "399.00", "currency": "CNY", "item": "电饭煲", "placed": "2026-11-18", **more}
    return Order.from_dict({"number": "2026111800042", "status": status, **details})


def ids(issue: str, order: Order | None, facts: dict[str, str] | None = None, today: date | None = None) -> list[str]:
    return [option.id for option in BOOK.of(issue).options if option.fits(order, facts, today)]


def test_every_service_issue_has_its_own_file_and_kind() -> None:
    assert {issue: playbook.kind for issue, playbook in BOOK.playbooks.items()} == ISSUES
    assert {path.stem for path in PLAYBOOKS.glob("[!_]*.yml")} == set(ISSUES)


def test_only_what_touches_an_order_needs_a_verified_customer() -> None:
    assert {issue for issue, playbook in BOOK.playbooks.items() if not playbook.verified} == OPEN_TO_ALL


def test_praise_and_suggestions_are_never_opened_as_a_matter() -> None:
    assert not BOOK.is_issue("praise") and not BOOK.is_issue("suggestion")
    assert BOOK.of("praise").kind == "ultimate"


@pytest.mark.parametrize("issue", [issue for issue, p in BOOK.playbooks.items() if not p.aside and not p.rule])
def test_there_are_ways_out_left_after_a_refusal(issue: str) -> None:
    playbook = BOOK.of(issue)
    for status in STATUSES if playbook.verified else ("",):
        fitting = [o for o in playbook.options if o.fits(order(status) if status else None)]
        assert len(fitting) >= (3 if status in ("pending_payment", "cancelled", "returned") else 4), (status, fitting)
        assert any(o.handover for o in fitting), "a person can always be chosen"
        assert any(o.promise and not o.port for o in fitting), "something works when every system is down"


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("issue", [issue for issue, p in BOOK.playbooks.items() if not p.aside])
def test_every_option_renders_for_every_order_it_fits(issue: str, locale: str) -> None:
    for option in BOOK.of(issue).options:
        for status in STATUSES if BOOK.of(issue).verified else ("",):
            at_hand = order(status) if status else None
            if not option.fits(at_hand):
                continue
            params = {"link": "https://shop.example/checkout", **(offers.order_params(at_hand) if at_hand else {})}
            title = WORDING.say(f"option.{option.id}", locale, params).text
            assert title and "{" not in title
            for number in range(3) if not option.handover else ():
                said = WORDING.say(
                    f"act.{option.id}", locale, params, used=[f"act.{option.id}#{i}" for i in range(number)]
                )
                assert "{" not in said.text
            if option.promise:
                due = {**params, "due": "time:2026-11-24T10:05:00+08:00"}
                told = WORDING.say(f"promise.{option.promise.key}", locale, due).text
                assert "10:05" in told


def test_what_cannot_be_undone_says_so_in_its_title() -> None:
    words = ("refund", "cancel", "void", "lock")
    for playbook in BOOK.playbooks.values():
        for option in playbook.options:
            title = WORDING.catalogues["en"][f"option.{option.id}"][0].lower()
            if option.irreversible:
                assert any(word in title for word in words), option.id
            if option.id in ("refund_all", "cancel_unpaid", "reship"):
                assert option.irreversible


def test_what_can_be_undone_names_how() -> None:
    undone = {
        option.id: option.undo for playbook in BOOK.playbooks.values() for option in playbook.options if option.undo
    }
    assert undone == {
        "refund_all": "cancel", "return_refund": "cancel", "cancel_unpaid": "reinstate", "reship": "cancel_reship",
        "exchange": "cancel", "repair": "cancel", "repair_quote": "cancel", "change_order": "unchange",
        "redirect": "unchange",
    }  # fmt: skip


def test_agreeing_to_buy_is_a_first_moment() -> None:
    option = BOOK.of("product_question").option("checkout")
    assert option is not None and option.kind == "first" and option.instant


def test_a_refused_fact_leaves_ways_out_that_do_without_it() -> None:
    free = {o.id for o in BOOK.of("account_problem").options if o.requires == ()}
    assert {"account_check", "freeze", "call_me"} <= free
    enough = {o.id for o in BOOK.of("order_change").options if o.requires == ("order_number",)}
    assert {"refund_all", "cancel_unpaid", "exchange", "duty_team"} <= enough


def test_every_port_is_documented() -> None:
    table = DOCS.read_text(encoding="utf-8")
    for playbook in BOOK.playbooks.values():
        for option in playbook.options:
            undo = f" ({option.undo})" if option.undo else ""
            assert not option.port or f"| {option.port} | {option.action}{undo} | {option.id} |" in table, option.id


def test_instant_options_promise_nothing_and_others_that_use_a_system_do() -> None:
    for playbook in BOOK.playbooks.values():
        for option in playbook.options:
            assert not (option.instant and option.promise), option.id
            assert not option.port or option.instant or option.promise, option.id


def test_a_refund_is_not_offered_twice() -> None:
    paid, refunded = order("paid"), order("paid", refunds=[{"amount": "399.00", "status": "submitted"}])
    for issue in ("refund", "order_cancel", "delivery_problem", "order_change", "payment_problem"):
        assert "refund_all" in ids(issue, paid)
        assert "refund_all" not in ids(issue, refunded)
    assert "refund_trace" in ids("refund", refunded) and "refund_trace" not in ids("refund", paid)
    assert "refund_trace" in ids("refund", order("cancelled"))


def test_nothing_is_offered_with_a_sum_when_the_sum_is_unknown() -> None:
    assert not {"refund_all", "return_refund"} & set(ids("refund", order("paid", amount="")))


def test_an_extra_charge_goes_back_only_when_there_is_one() -> None:
    charge = {"amount": "399.00", "currency": "CNY"}
    assert "refund_extra" not in ids("payment_problem", order("paid", charges=[charge]))
    assert "refund_extra" in ids("payment_problem", order("paid", charges=[charge, charge]))


def test_a_repair_is_free_only_within_the_warranty() -> None:
    within, unknown = order(warranty_until="2027-11-18"), order()
    today = date(2026, 11, 23)
    assert "repair" in ids("repair_warranty", within, today=today)
    assert "repair_quote" in ids("repair_warranty", unknown, today=today)
    assert ids("repair_warranty", within, today=date(2028, 1, 1))[0] == "repair_quote"


def test_a_return_has_its_time() -> None:
    delivered = order(delivered_at="2026-11-01")
    assert "return_refund" in ids("refund", delivered, today=date(2026, 11, 16))
    assert "return_refund" not in ids("refund", delivered, today=date(2026, 11, 17))
    assert "return_refund" in ids("refund", delivered), "who does not tell the day leaves it to staff"


def test_a_heard_fact_leaves_out_what_does_not_concern_it_and_puts_first_what_does() -> None:
    options = ids("item_problem", order(), {"fault": "damaged"})
    assert "send_missing" not in options and "send_missing" in ids("item_problem", order(), {"fault": "missing"})
    option = BOOK.of("item_problem").option("send_missing")
    assert option is not None and option.speaks_to({"fault": "missing"}) and not option.speaks_to({})
    assert ids("account_problem", None, {"account_trouble": "hacked"})[:2] == ["account_check", "freeze"]


@pytest.mark.parametrize(
    ("issue", "fact", "text", "value"),
    [
        ("item_problem", "fault", "打开一看锅盖碎了", "damaged"),
        ("item_problem", "fault", "說好兩個，只寄一個，少了一個", "missing"),
        ("item_problem", "fault", "you sent the wrong size", "wrong"),
        ("item_problem", "fault", "收到了，不喜欢", ""),
        ("item_problem", "fault", "一个碎了，还少了一个", ""),
        ("payment_problem", "payment_trouble", "同一單被扣了兩次款", "twice"),
        ("payment_problem", "payment_trouble", "I was charged twice for one lamp", "twice"),
        ("payment_problem", "payment_trouble", "刷卡失败，一直付不了款", "failed"),
        ("payment_problem", "payment_trouble", "钱付了还是待付款", "unpaid"),
        ("invoice", "invoice_trouble", "抬头开错了，帮我重开", "correct"),
        ("invoice", "invoice_trouble", "發票什麼時候寄", ""),
        ("account_problem", "account_trouble", "验证码一直收不到", "code"),
        ("account_problem", "account_trouble", "忘記密碼了", "password"),
        ("account_problem", "account_trouble", "someone is in my account and it's not me", "hacked"),
        ("account_problem", "account_trouble", "帳號被鎖了，幫我解鎖", "locked"),
        ("account_problem", "account", "我的邮箱是 wang@example.com，登不进去", "wang@example.com"),
        ("account_problem", "account", "login with 0912-345-678 fails", "0912-345-678"),
        ("order_change", "change", "地址改成徐汇区漕溪路8号", "地址改成徐汇区漕溪路8号"),
        ("order_change", "change", "想改一下地址", ""),
        ("order_change", "change", "Please change the size to M", "Please change the size to M"),
        ("order_change", "change", "I want to change my address", ""),
        ("order_change", "change", "I need to make a change to my order", ""),
        ("order_change", "change", "send it to my office at 5 High Street", "send it to my office at 5 High Street"),
        ("order_change", "change", "尺寸要換成 L 的", "尺寸要換成 L 的"),
    ],
)
def test_what_was_said_is_not_asked_again(issue: str, fact: str, text: str, value: str) -> None:
    found = BOOK.of(issue).fact(fact)
    assert found is not None and found.heard(text) == value


def test_rule_and_threat_go_to_people() -> None:
    assert BOOK.rule_issues() == {"privacy_request"}
    assert BOOK.of("escalation_threat").options[0].handover == "threat"


def test_each_playbook_asks_for_little() -> None:
    for playbook in BOOK.playbooks.values():
        required = [fact.name for fact in playbook.facts if fact.required and fact.kind != "order"]
        assert len(required) <= 1, playbook.issue


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ({"colour": "red"}, "unknown key colour"),
        ({"kind": "third"}, "kind third is unknown"),
        ({"becomes": ["nowhere"]}, "becomes names unknown nowhere"),
        ({"facts": [{"name": "a", "phase": "later"}]}, "phase later is unknown"),
        ({"facts": [{"name": "a", "hears": {"x": ["("]}}]}, "is no pattern"),
        ({"facts": [{"name": "a", "kind": "choice", "choices": {"x": "k"}, "hears": {"y": []}}]}, "none of its"),
        ({"facts": [{"name": "a", "kind": "order", "hears": {"x": ["b"]}}]}, "is an order"),
        ({"options": [{"id": "a", "handover": "asked", "when": {"b": ["c"]}}]}, "is no fact of this playbook"),
        ({"options": [{"id": "a", "handover": "asked", "conditions": ["rich"]}]}, "condition rich is unknown"),
        ({"options": [{"id": "a", "handover": "asked", "statuses": ["lost"]}]}, "status lost is unknown"),
        ({"options": [{"id": "a", "handover": "asked", "meets": ["gold"]}]}, "need gold is unknown"),
        ({"options": [{"id": "a", "port": "bank", "action": "pay"}]}, "port bank is unknown"),
        ({"options": [{"id": "a", "port": "orders"}]}, "needs both port and action"),
        ({"options": [{"id": "a"}]}, "does nothing"),
    ],
)  # fmt: skip
def test_a_broken_playbook_is_refused_with_its_file_and_line(
    broken: dict[str, object], told: str, tmp_path: Path
) -> None:
    (tmp_path / "odd.yml").write_text(yaml.safe_dump({"issue": "odd", **broken}), encoding="utf-8")
    with pytest.raises(PlaybookError, match=told) as refused:
        load_book(tmp_path)
    assert re.match(rf"{re.escape(str(tmp_path))}/odd\.yml:\d+: ", str(refused.value))


WHOLE = """\
issue: odd
kind: third
colour: red
facts:
  - name: size
    kind: choice
    choices: {s: wish.money}
    hears:
      s: [small]
      l:
        - large
options:
  - id: swap
    irreversible: "yes"
    meets: [speed]
  - id: give
    handover: whim
    promise: {key: money_back, due_hours: soon, gift: 1}
"""


def findings(tmp_path: Path, text: str, name: str = "odd") -> list[str]:
    (tmp_path / f"{name}.yml").write_text(text, encoding="utf-8")
    return [line.removeprefix(f"{tmp_path}/") for line in check(WORDING.catalogues, tmp_path)]


def test_everything_that_is_wrong_is_told_at_once_each_on_its_line(tmp_path: Path) -> None:
    told = findings(tmp_path, WHOLE)
    assert [line.split(": ")[0] for line in told] == ["odd.yml:3", "odd.yml:14", "odd.yml:18", "odd.yml:18"]
    assert "unknown key colour" in told[0] and "valid boolean, got 'yes'" in told[1]
    assert "due_hours" in told[2] and "unknown key gift" in told[3]
    told = findings(tmp_path, WHOLE.replace('"yes"', "true").replace("soon, gift: 1", "2").replace("colour: red\n", ""))
    assert [line.split(": ")[0] for line in told] == ["odd.yml:2", "odd.yml:9", "odd.yml:12", "odd.yml:16"]
    assert "handover reason whim is unknown" in told[3] and "hears l, which is none of its choices" in told[1]


def test_an_unknown_key_of_a_promise_is_not_overlooked(tmp_path: Path) -> None:
    told = findings(tmp_path, "issue: odd\noptions:\n  - id: a\n    promise: {key: b, due_hours: 1, bufer_hours: 2}\n")
    assert told == ["odd.yml:4: unknown key bufer_hours, perhaps buffer_hours"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("issue: odd\nkind: second\nkind: first\n", "odd.yml:3: kind stands here a second time"),
        ("issue: odd\nfacts: {name: a}\n", "odd.yml:2: facts: expected a list"),
        ("issue: odd\noptions: [give]\n", "odd.yml:2: expected keys and values, got 'give'"),
        ("issue: odd\nfacts: [\n", "odd.yml:3: not readable as YAML"),
        ("- a\n", "odd.yml:1: expected keys and values"),
        ("kind: first\n", "odd.yml:1: issue is missing"),
        ("issue: other\n", "odd.yml:1: issue is 'other', expected 'odd'"),
        ("issue: odd\nfacts:\n  - {name: a, kind: choice}\n", "odd.yml:3: fact 'a' is asked for and offers no choices"),
        ("issue: odd\nfacts:\n  - {name: a}\n  - {name: a}\n", "odd.yml:4: 'a' is here a second time"),
        ("issue: odd\nfacts:\n  - {name: a, phase: 2026-01-01}\n", "odd.yml:3: "),
    ],
)
def test_what_is_no_playbook_is_told_with_its_line(text: str, told: str, tmp_path: Path) -> None:
    assert findings(tmp_path, text)[0].startswith(told)


def test_texts_that_are_not_there_or_need_what_they_will_not_get_are_told_with_their_line(tmp_path: Path) -> None:
    told = findings(tmp_path, """issue: refund
facts:
  - name: wish
    kind: choice
    required: false
    choices: {speed: wish.gold}
options:
  - {id: dance, handover: asked}
  - id: refund_all
    statuses: [paid]
    port: refunds
    action: create
    promise: {key: gold, due_hours: 1}
""", "refund")  # fmt: skip
    lacking = "in zh-CN, zh-TW, en"
    assert told[:4] == [
        f"refund.yml:6: wish.gold is not worded {lacking}", f"refund.yml:8: option.dance is not worded {lacking}",
        f"refund.yml:13: promise.gold is not worded {lacking}", f"refund.yml:13: promised.gold is not worded {lacking}",
    ]  # fmt: skip
    assert "refund.yml:9: en option.refund_all needs {amount}, which it will not get" in told


def test_the_shops_own_playbooks_have_nothing_wrong() -> None:
    assert check(WORDING.catalogues) == []


def test_numbers_of_another_kind_are_refused_with_their_line(tmp_path: Path) -> None:
    path = tmp_path / "shop.yml"
    path.write_text("queue_minutes: 3\nopening_hour: nine\n", encoding="utf-8")
    with pytest.raises(PlaybookError, match=r"shop.yml:2: opening_hour: .*got 'nine'"):
        load_numbers(path)
    path.write_text("queue_minuts: 3\n", encoding="utf-8")
    with pytest.raises(PlaybookError, match="perhaps queue_minutes"):
        load_numbers(path)


def test_a_playbook_is_shown_in_words() -> None:
    told = show(BOOK.of("refund"), WORDING.catalogues["en"])
    assert "calls refunds.create, needs a plain yes, undone by cancel" in told
    assert "promises money_back: due in 72 h, the customer hears 96 h" in told
    assert "only for verified customers" in told and "asks 96 h later" in told


def test_a_shops_own_words_come_on_top_of_ours(tmp_path: Path) -> None:
    for locale in LOCALES:
        (tmp_path / f"{locale}.yml").write_text("thank: {plain: [ours]}\ngreet: {hello: [ours]}\n", encoding="utf-8")
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "en.yml").write_text("thank: {plain: [theirs]}\n", encoding="utf-8")
    wording = Wording.load(tmp_path)
    assert [wording.say(key, "en").text for key in ("thank.plain", "greet.hello")] == ["theirs", "ours"]
    assert wording.say("thank.plain", "zh-CN").text == "ours"


def test_an_option_without_limits_fits_everything() -> None:
    assert Option("a").fits(None) and Option("a").fits(order("paid"))
    assert not Option("a", conditions=("has_amount",)).fits(None)
    assert Fact("a").heard("anything") == ""
