"""What customers do beside the straight way: ask in passing, change their mind, name things in their own words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dialogues.book import load_book
from dialogues.reading import Order, World
from dialogues.state import Owner, Stage, State
from tests.dialogues.build import LATE, PAID, SHIPPED, answered, effects, keys, names, payloads, reading, tap, world

pytestmark = pytest.mark.fast
BOOK = load_book()
DELIVERED = Order("2026110500031", "delivered", item="flask", amount="29.00", currency="GBP", placed="2026-11-15",
                  delivered_at="2026-11-19")  # fmt: skip
UNPAID = Order("2026112100088", "pending_payment", item="tent", amount="80.00", currency="GBP", placed="2026-11-21")


class Shop:
    """A conversation over the shop's own playbooks."""

    def __init__(self, *orders: Order, linked: bool = True, **knows: bool) -> None:
        self.state, self.around, self.knows = State(locale="en"), world(*orders, linked=linked, open=True), knows

    def says(self, text: str, intent: str = "", **more):
        return self._turn(reading(intent, more.pop("emotion", "neutral"), text=text, **more))

    def taps(self, payload: str):
        return self._turn(tap(payload))

    def _turn(self, said):
        around: World = replace(self.around, results={})
        self.plan = answered(self.state, said, around, self.knows or {"knowledge": False}, book=BOOK)
        self.state = self.plan.state
        return self.plan


# Questions


def test_how_long_while_ways_out_lie_open_is_answered_and_the_ways_out_stay():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    plan = shop.says("how long does that take", "refund", asks="duration")
    assert keys(plan) == ("answer.soonest",) and "option:expedite" in payloads(plan)
    assert shop.state.stage is Stage.OFFER and not shop.state.options_done
    shop.says("催一下吧", "affirm")
    assert shop.state.options_done == ("expedite",)


@pytest.mark.parametrize(("text", "until", "key"), [
    ("how long is the warranty on my flask?", "2027-11-19", "until"),
    ("我的杯子保修到什么时候呀", "2027-11-19", "until"),
    ("保養到幾時㗎？", "2027-11-19", "until"), ("我的還在保固期內嗎", "2026-01-02", "over"),
])  # fmt: skip
def test_until_when_the_warranty_lasts_is_told_from_the_order(text: str, until: str, key: str):
    shop = Shop(replace(DELIVERED, warranty_until=until))
    plan = shop.says(text, "repair_warranty", asks="when")
    assert keys(plan) == (f"answer.warranty.{key}", "confirm.light")
    assert plan.acts[0].params["until"] == f"day:{until}"


def test_who_asks_because_it_is_broken_is_also_offered_a_way_out():
    shop = Shop(replace(DELIVERED, warranty_until="2027-11-19"))
    plan = shop.says("杯子壞了，還在保固期內吧？可以修嗎", "repair_warranty")
    assert keys(plan)[0] == "answer.warranty.until" and "offer" in names(plan)


def test_nobody_unproven_hears_of_a_warranty():
    shop = Shop(replace(DELIVERED, warranty_until="2027-11-19"), linked=False)
    assert not any(
        key.startswith("answer.warranty") for key in keys(shop.says("how long is my warranty?", "repair_warranty"))
    )


def test_an_article_answers_better_than_the_ways_out():
    shop = Shop(LATE, knowledge=True)
    shop.says("it is late", "delivery_problem")
    assert keys(shop.says("how long does a refund take", "refund", asks="duration")) == ("answer.article",)


def test_what_it_costs_is_told_from_the_ways_out():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    plan = shop.says("does that cost anything", "business_info", unsure=True, asks="cost")
    assert keys(plan) == ("answer.tells.cost.free",) and "option:expedite" in payloads(plan)


def test_what_nothing_tells_is_said_not_to_be_known_and_the_ways_out_stay():
    shop = Shop(DELIVERED)
    shop.says("swap it please", "return_exchange")
    plan = shop.says("do you take something off if the box is torn", "", unsure=True, asks="whether")
    assert keys(plan) == ("offer.to_find_out",)
    assert {"option:duty_team", "option:exchange", "human"} <= set(payloads(plan))


def test_when_after_a_promise_tells_the_promise_and_asks_nothing():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.taps("option:expedite")
    plan = shop.says("and when will I know", "order_status", asks="when")
    assert keys(plan) == ("promise.courier_report",)
    assert keys(shop.says("thanks", "thank"))[0] == "thank.plain"


def test_thanks_while_ways_out_lie_open_is_answered_and_they_are_not_read_out_again():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    assert keys(shop.says("thanks", "thank")) == ("thank.plain", "offer.nothing_yet")


def test_where_the_order_number_is_gets_told_once_and_then_it_is_given_up():
    shop = Shop(linked=False)
    shop.says("where is my parcel", "order_status")
    plan = shop.says("what's an order number", "dont_know", asks="what")
    assert keys(plan) == ("explain.order_number",) and shop.state.owner is Owner.BOT
    shop.says("I still can't find it, where?", "dont_know", asks="where")
    assert shop.state.refused_facts == ("order_number",)


# Who is meant


def test_the_order_is_picked_by_what_the_customer_says_of_it():
    shop = Shop(PAID, UNPAID)
    shop.says("cancel an order", "order_cancel")
    assert shop.state.asked_now == "order_number"
    shop.says("the one I haven't paid for, not paid yet", "provide_info")
    assert shop.state.facts["order_number"] == UNPAID.number and "option:cancel_unpaid" in payloads(shop.plan)


def test_number_and_last_four_given_before_the_matter_are_kept():
    shop = Shop(linked=False)
    shop.says("2026111800042, phone ends 8812", "provide_info", entities={"order_number": "2026111800042"})
    shop.says("where is it", "order_status")
    assert shop.state.verified and "answer" in names(shop.plan)


# A second matter


def test_a_second_matter_in_the_same_message_is_noted_aloud_and_comes_back_by_its_name():
    shop = Shop(SHIPPED, DELIVERED)
    shop.says("cancel my rice cooker please. and the flask leaks", "order_cancel", also=("item_problem",))
    assert shop.state.parked == ("item_problem",) and "restate.parked_of" in keys(shop.plan)
    assert "option:refund_all" in payloads(shop.plan)
    shop.says("Great. And the flask?", "product_question", unsure=True)
    assert shop.state.issue == "item_problem" and shop.state.facts["order_number"] == DELIVERED.number
    assert "option:exchange" in payloads(shop.plan)


def test_a_parked_matter_is_taken_up_before_a_goodbye_about_the_thing_that_its_words_name():
    shop = Shop(SHIPPED, DELIVERED)
    shop.says("cancel my rice cooker please. and the flask leaks", "order_cancel", also=("item_problem",))
    shop.taps("option:refund_all")
    shop.says("thanks, bye", "goodbye")
    assert shop.state.issue == "item_problem" and shop.state.facts["order_number"] == DELIVERED.number


# A change of mind


@pytest.mark.parametrize(
    "words", ["不换了，取消换货", "cancel the exchange please", "I changed my mind", "I'll keep it"]
)
def test_an_exchange_is_taken_back_in_words(words: str):
    shop = Shop(DELIVERED)
    shop.says("swap it", "return_exchange")
    shop.taps("option:exchange")
    plan = shop.says(words, "order_cancel")
    assert keys(plan)[0] == "act.undone" and shop.state.options_done == ()
    assert [data["key"] for data in effects(plan, "withdraw")] == ["pickup"]


def test_what_changes_is_repeated_and_can_be_changed_again():
    shop = Shop(PAID)
    shop.says("send it to 5 Hill Road instead", "order_change")
    plan = shop.taps("option:change_order")
    told = next(act for act in plan.acts if act.key == "restate.change")
    assert "5 Hill Road" in told.params["change"]
    plan = shop.says("sorry, send it to 15 Hill Road instead", "order_change")
    told = next(act for act in plan.acts if act.key == "restate.change")
    assert "15 Hill Road" in told.params["change"] and "act.change_order" in keys(plan)
    assert shop.state.options_done == ("change_order",)


# Naming a way out


@pytest.mark.parametrize(("words", "does"), [
    ("那就催一下", "expedite"), ("just chase it then", "expedite"), ("補寄一個新的給我", "reship"),
    ("send a new one", "reship"), ("money back please", "refund_all"),
])  # fmt: skip
def test_a_way_out_is_picked_in_the_customers_own_words(words: str, does: str):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.says(words, "ask_alternative", unsure=True)
    assert shop.state.options_done == (does,)


@pytest.mark.parametrize("words", [
    "I rang the courier and they said to chase it with you because the depot lost it again last week",
    "催了还是换一个呢，哪个好",
])  # fmt: skip
def test_a_way_out_named_in_passing_is_not_picked(words: str):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.says(words, "delivery_problem", asks="what" if "哪个" in words else "")
    assert not shop.state.options_done


# While people are awaited


def test_in_the_queue_a_question_about_the_wait_or_the_order_is_answered():
    shop = Shop(SHIPPED)
    shop.says("a person please", "request_human")
    assert keys(shop.says("how long will that be", "request_human", asks="duration")) == ("answer.waiting",)
    assert keys(shop.says("where is my order meanwhile", "order_status", asks="where")) == (
        "answer.order.shipped", "answer.tracking"
    )  # fmt: skip
    plan = shop.says("it has a dent too", "item_problem")
    assert keys(plan) == ("listen.waiting_told",) and plan.acts[0].params["words"] == "=it has a dent too"
    assert keys(shop.says("fine", "affirm")) == ("listen.waiting",)
    assert shop.state.owner is Owner.QUEUE


def test_the_wish_for_a_person_can_be_taken_back():
    shop = Shop(SHIPPED)
    shop.says("a person please", "request_human")
    plan = shop.says("never mind the person", "deny")
    assert shop.state.owner is Owner.BOT and effects(plan, "leave_queue") and keys(plan)[0] == "greet.stays"


def test_thanks_and_goodbye_in_the_queue_are_heard_even_when_unsure():
    shop = Shop(SHIPPED)
    shop.says("a person please", "request_human")
    assert keys(shop.says("thanks, bye", "thank", unsure=True, confidence=0.3)) == ("close.queued",)


def test_a_wish_for_a_person_that_is_hardly_heard_calls_nobody():
    shop = Shop(SHIPPED)
    shop.says("can I have a new one", "request_human", unsure=True, confidence=0.3)
    assert shop.state.owner is Owner.BOT


def test_what_is_not_understood_while_ways_out_lie_open_leaves_them_open():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    plan = shop.says("hmpf", "product_question", unsure=True, confidence=0.3)
    assert keys(plan) == ("clarify.open",) and {"option:expedite", "human"} <= set(payloads(plan))
    assert shop.state.issue == "delivery_problem"


def test_more_of_an_address_is_kept_and_repeated_and_so_is_a_correction():
    shop = Shop(PAID)
    shop.says("can you send it to my office instead", "order_change")
    plan = shop.says("88 Hill Road, third floor", "provide_info")
    assert keys(plan)[0] == "restate.change" and "88 Hill Road" in plan.acts[0].params["change"]
    plan = shop.says("no, it's the 5th floor", "deny")
    assert "5th floor" in plan.acts[0].params["change"] and not shop.state.refusals


def test_the_clause_that_wants_something_counts_beside_one_that_rules_something_out():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.says("算了先别退，你帮我催一下吧", "affirm", negated=True)
    assert shop.state.options_done == ("expedite",)


def test_asking_what_will_be_done_refuses_nothing():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    assert keys(shop.says("so what are you going to do about it", "ask_alternative", asks="what")) == ("offer.still",)
    shop.says("what else is there", "ask_alternative", asks="what")
    assert shop.state.refusals == 1


def test_a_guess_that_is_gone_on_with_is_taken_for_right():
    shop = Shop(DELIVERED)
    shop.says("I want it new", "deny", unsure=True, confidence=0.4, runner_up="return_exchange")
    assert shop.state.guess == "return_exchange"
    shop.says("you'd only send a broken one again", "item_problem", unsure=True, confidence=0.4)
    assert shop.state.issue == "return_exchange" and "option:exchange" in payloads(shop.plan)


def test_no_more_messages_leaves_what_is_owed_with_the_duty_team():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.taps("option:expedite")
    assert keys(shop.says("stop writing to me", "stop_contact")) == ("close.stop_contact_owed",)


@pytest.mark.parametrize(("text", "key"), [
    ("can I take two of these with ibuprofen", "decline.medical"), ("孕妇能吃这个药吗", "decline.medical"),
    ("can I sue my landlord", "decline.legal"), ("write me a poem", "decline.out_of_scope"),
])  # fmt: skip
def test_advice_that_no_shop_gives_is_declined_with_where_to_ask(text: str, key: str):
    assert keys(Shop().says(text, "out_of_scope")) == (key,)


def test_a_yes_to_the_one_real_way_out_is_a_yes_to_it():
    shop = Shop(PAID)
    shop.says("cancel it please", "order_cancel")
    assert payloads(shop.plan) == ("option:refund_all", "option:duty_team") or "option:rush" not in payloads(shop.plan)
    shop.says("yes do it", "affirm")
    assert shop.state.options_done == ("refund_all",)


def test_one_charge_too_many_is_never_answered_with_refunding_the_whole_order():
    shop = Shop(PAID)
    shop.says("you have taken the money twice", "payment_problem")
    shop.says("refund the second one", "refund")
    assert shop.state.options_done == ("payment_check",)


@pytest.mark.parametrize("words", ["can you send a new one", "可以補寄一個嗎"])
def test_a_request_in_the_form_of_a_question_picks_what_can_be_undone_or_nothing(words: str):
    shop = Shop(DELIVERED)
    shop.says("the plug is cracked", "item_problem")
    shop.says(words, "affirm", unsure=True, confidence=0.3, asks="whether")
    assert shop.state.options_done in (("exchange",), ())


def test_money_for_what_was_sent_back_is_looked_for_and_nothing_is_collected_again():
    shop = Shop(DELIVERED)
    plan = shop.says("I sent it back last week, where is my money", "refund", asks="where")
    assert "option:return_trace" in payloads(plan)
    assert not {"option:return_refund", "option:exchange"} & set(payloads(plan))


def test_nine_days_already_is_said_of_the_open_matter():
    shop = Shop(DELIVERED)
    shop.says("I sent it back last week, where is my money", "refund")
    shop.says("nine days now, this is not on", "delivery_problem", emotion="frustrated")
    assert shop.state.issue == "refund"


def test_the_name_on_an_invoice_is_kept_and_repeated():
    shop = Shop(DELIVERED)
    shop.says("an invoice with our company's name please", "invoice")
    plan = shop.says("Northfield Joinery Ltd", "invoice")
    assert keys(plan)[0] == "restate.change" and shop.state.facts["change"] == "Northfield Joinery Ltd"


def test_beside_the_article_on_price_drops_the_difference_can_be_had_checked():
    shop = Shop(DELIVERED, knowledge=True)
    plan = shop.says("it got cheaper, do you match", "price_promotion")
    assert payloads(plan)[0] == "option:price_match"
    shop.says("行，补吧", "affirm")
    assert shop.state.options_done == ("price_match",)


def test_a_tax_number_is_no_order_number():
    shop = Shop(DELIVERED)
    shop.says("can the invoice carry our tax number", "invoice")
    shop.says("12345678", "provide_info", entities={"order_number": "12345678"})
    assert shop.state.facts["change"] == "12345678" and shop.state.facts["order_number"] == DELIVERED.number


def test_pressing_while_ways_out_lie_open_refuses_none_of_them_and_counts():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    plan = shop.says("stop saying sorry, do something", "unresolved", emotion="frustrated")
    assert "recover.at_once" in keys(plan) and "option:expedite" in payloads(plan)
    assert (shop.state.unresolved, shop.state.options_refused) == (1, ())
    assert "option:expedite" not in payloads(shop.says("tried that, no use", "unresolved"))


def test_when_the_money_comes_is_told_beside_when_the_courier_comes():
    shop = Shop(DELIVERED, knowledge=True)
    shop.says("send it back", "return_exchange")
    shop.taps("option:return_refund")
    assert keys(shop.says("when do I get the money", "refund", asks="when"))[:2] == ("answer.article", "promise.pickup")


def test_nobody_who_puts_up_with_it_is_asked_for_a_score():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.taps("option:expedite")
    shop.says("when", "delivery_problem", asks="when")
    assert "survey" not in names(shop.says("fine, I'll wait then", "affirm", emotion="frustrated", intensity=1))


# What must never happen


@pytest.mark.parametrize("words", [
    "不取消了，留着", "他说不取消了，留着", "我说的是不要取消！", "先别取消", "don't cancel it", "no, keep the order",
    "唔取消喇", "等等再取消", "cancel? not yet",
])  # fmt: skip
@pytest.mark.parametrize("negated", [True, False])
def test_words_that_rule_out_never_cancel_or_refund(words: str, negated: bool):
    shop = Shop(PAID)
    shop.says("想取消订单", "order_cancel")
    shop.says(words, "order_cancel", negated=negated)
    assert not shop.state.options_done


def test_the_difference_that_is_wanted_is_not_answered_with_the_whole_price():
    shop = Shop(DELIVERED)
    shop.says("I want my money back", "refund")
    shop.says("just refund me the 10 pounds", "refund", entities={"amount": "GBP 10.00"})
    assert not shop.state.options_done


def test_a_question_that_sounds_like_a_yes_does_nothing():
    shop = Shop(PAID)
    shop.says("想取消订单", "order_cancel")
    shop.says("好吧，至少箱子还会照寄吧？", "affirm", asks="whether")
    assert not shop.state.options_done


def test_a_condition_takes_nothing_back():
    shop = Shop(DELIVERED)
    shop.says("it broke", "repair_warranty")
    shop.taps("option:repair_quote")
    shop.says("如果报价太贵我不修，还要付钱吗", "repair_warranty", asks="cost", conditional=True)
    assert shop.state.options_done == ("repair_quote",)


@pytest.mark.parametrize("words", ["不取消了，留着", "forget the refund, my mistake", "我搞错了，在车库里"])
def test_nothing_wanted_after_all_leaves_everything_as_it_is(words: str):
    shop = Shop(PAID)
    shop.says("想取消订单", "order_cancel")
    assert keys(shop.says(words, "refund")) == ("answer.left_as_it_is",)


def test_a_side_question_about_another_order_moves_nothing():
    shop = Shop(LATE, DELIVERED)
    shop.says("the rice cooker is late", "delivery_problem")
    plan = shop.says("and the flask, did that arrive?", "order_status", asks="whether")
    assert keys(plan)[0] == "answer.order.delivered" and shop.state.facts["order_number"] == LATE.number
    shop.says("fine. send me another one", "affirm")
    assert shop.state.options_done == ("reship",) and shop.state.facts["order_number"] == LATE.number


def test_nobody_chases_a_parcel_whose_order_was_stopped():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.taps("option:expedite")
    plan = shop.taps("option:refund_all")
    assert "courier_report" in [data["key"] for data in effects(plan, "withdraw")]


@pytest.mark.parametrize(("words", "place"), [
    ("The first one dear, yes please. But as I say not Wednesday", 1), ("你幫我按第一個好嗎", 1),
    ("第二個，重寄。但係要我簽收", 2), ("the second one. refund", 2),
])  # fmt: skip
def test_a_place_is_heard_among_a_few_other_words(words: str, place: int):
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    before = shop.state.options_open
    shop.says(words, "affirm")
    assert shop.state.options_done == (before[place - 1],)


def test_an_address_is_corrected_after_it_was_sent():
    shop = Shop(PAID)
    shop.says("send it to 12 Rose Lane instead", "order_change")
    shop.taps("option:change_order")
    plan = shop.says("oh sorry its 21 Rose Lane not 12!!", "unresolved")
    assert "act.change_order" in keys(plan) and "21 Rose Lane" in shop.state.facts["change"]


@pytest.mark.parametrize(("text", "key"), [
    ("我不想活了", "safety.despair"), ("I want to end it all", "safety.despair"), ("插头冒烟了", "safety.fire"),
    ("我老公又打我了", "safety.person"), ("my dad has collapsed", "safety.person"),
    ("my daughter swallowed a screw", "safety.body"), ("臉整個腫起來", "safety.body"),
    ("somebody is at my door", "safety.first"),
])  # fmt: skip
def test_the_safety_line_says_what_helps_there(text: str, key: str):
    assert keys(Shop().says(text, "item_problem", safety=True))[0] == key


def test_good_news_is_taken_for_it_when_that_was_asked():
    shop = Shop(SHIPPED)
    shop.says("where is it", "order_status")
    assert "thank.settled" in keys(shop.says("oh there it is, thank you", "resolved", unsure=True, confidence=0.6))


def test_where_the_parcel_is_is_told_at_once_whatever_is_under_way():
    shop = Shop(LATE)
    shop.says("it is late", "delivery_problem")
    shop.taps("option:expedite")
    assert keys(shop.says("and when will it be delivered", "order_status", asks="when"))[0] == "answer.order.overdue"


def test_where_it_is_after_an_exchange_is_asked_of_the_new_one():
    shop = Shop(DELIVERED)
    shop.says("it broke", "item_problem")
    shop.taps("option:exchange")
    plan = shop.says("when will it arrive", "order_status", asks="when")
    assert keys(plan) == ("answer.tells.takes.exchange", "promise.pickup")


def test_what_the_record_bears_out_is_said_in_place_of_their_words():
    charge = {"amount": "42.50", "currency": "GBP", "at": "2026-11-21"}
    assert "restate.charged_twice" in keys(Shop(replace(PAID, charges=(charge, charge))).says("odd", "payment_problem"))
    assert "restate.overdue" in keys(Shop(LATE).says("not here", "delivery_problem"))
    assert "restate.overdue" not in keys(Shop(SHIPPED).says("not here", "delivery_problem"))


@pytest.mark.parametrize(("day", "how"), [("2026-11-29", "later"), ("2026-11-30", "yes"), ("2026-12-02", "earlier")])
def test_will_it_come_on_that_day_is_answered_for_that_day(day: str, how: str):
    shop = Shop(SHIPPED)
    shop.says("where is it", "order_status")
    plan = shop.says("is it coming that day?", "order_status", asks="whether", entities={"date": day})
    assert f"answer.asked_day.{how}" in keys(plan)


def test_a_question_that_nothing_can_be_done_about_is_not_put_off():
    shop = Shop(replace(DELIVERED, warranty_until="2027-11-20"))
    shop.says("is it still under warranty?", "repair_warranty", asks="whether")
    assert keys(shop.says("do you stock spare filters?", "business_info", asks="whether")) == ("offer.to_find_out",)
    assert shop.state.parked == ()
