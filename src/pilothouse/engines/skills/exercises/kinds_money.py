"""Exercises on money: unit economics, net and gross retention of revenue, discounts, markets."""

from __future__ import annotations

from pilothouse.engines.skills.exercises.dice import Dice
from pilothouse.engines.skills.exercises.model import (
    Case,
    DataTable,
    Kind,
    Trap,
    ask_number,
    ask_share,
)
from pilothouse.engines.skills.exercises.scenes import PRODUCTS
from pilothouse.engines.skills.exercises.words import euros, percent, plain

HORIZON = 36


def build_economics(dice: Dice, difficulty: int) -> Case:
    """Lifetime value, payback and their ratio; yearly churn at difficulty 2, a horizon at 3."""
    price, margin = dice.between(12, 120), dice.between(55, 88) / 100
    yearly = dice.between(20, 48) / 100
    churn = 1 - (1 - yearly) ** (1 / 12) if difficulty == 2 else dice.between(15, 70) / 1000
    cost = round(price * margin * dice.within(4, 14))
    monthly = price * margin
    value = monthly / churn
    told = (
        f"{percent(yearly, 0)} of the customers leave within a year, at the same rate in each month"
        if difficulty == 2 else f"{percent(churn)} of the customers leave each month"
    )  # fmt: skip
    traps = [Trap(price / churn, "Revenue is not what is left of it: take the gross margin.")]
    if difficulty == 2:
        traps.append(Trap(monthly / (yearly / 12), "A yearly churn divided by twelve is too small: "
                          "1 − (1 − c)^(1/12) is what repeats itself."))  # fmt: skip
    questions = [
        ask_number("ltv", "What is a customer worth (lifetime value: gross margin a month over "
                   "monthly churn)?", value, 0.01 * value, unit="€", digits=0,
                   why="Margin a month × expected months, and those are 1 / churn.",
                   traps=tuple(traps)),
        ask_number("payback", "After how many months has a customer paid back the cost of winning "
                   "them (without churn)?", cost / monthly, 0.15, unit="months",
                   why="Cost over gross margin a month.",
                   traps=(Trap(cost / price, "Revenue does not pay back; margin does."),)),
        ask_number("ratio", "Lifetime value over cost of winning?", value / cost, 0.08, digits=2,
                   why="How often the cost comes back.",
                   traps=(Trap(price / churn / cost, "With revenue in place of margin it looks "
                               "better than it is."),)),
    ]  # fmt: skip
    if difficulty == 3:
        capped = monthly * (1 - (1 - churn) ** HORIZON) / churn
        questions.append(
            ask_number("capped", f"The product is younger than its formula: what are the first "
                       f"{HORIZON} months worth, when the first one is always paid?", capped,
                       0.01 * capped, unit="€", digits=0,
                       why="A geometric sum: margin × (1 − kept^36) / churn.",
                       traps=(Trap(value, "This takes months for granted that nobody has seen."),
                              Trap(monthly * HORIZON, "Nobody leaves in this sum."))))  # fmt: skip
    return Case(
        story=(
            f"{dice.pick(PRODUCTS).capitalize()} costs {euros(price)} a month. The gross margin is "
            f"{percent(margin, 0)}, {told}, and winning a customer costs {euros(cost)}.",
        ),
        questions=tuple(questions),
        steps=(
            f"Margin a month: {euros(price)} × {percent(margin, 0)} = {euros(monthly, 2)}.",
            *((f"Monthly churn: 1 − (1 − {yearly:.2f})^(1/12) = {percent(churn, 2)}.",)
              if difficulty == 2 else ()),
            f"Lifetime value: {euros(monthly, 2)} / {churn:.4f} = {euros(value)}.",
            f"Payback: {euros(cost)} / {euros(monthly, 2)} = {cost / monthly:.1f} months.",
            f"Ratio: {euros(value)} / {euros(cost)} = {value / cost:.2f}.",
        ),
        hints=("What is left of a month's price?", "Expected months = 1 / monthly churn."),
    )  # fmt: skip


def build_revenue(dice: Dice, difficulty: int) -> Case:
    """Net and gross retention of recurring revenue."""
    start = dice.between(40, 400) * 1000
    more = round(start * dice.within(0.04, 0.22), -2)
    less = round(start * dice.within(0.01, 0.05), -2)
    gone = round(start * dice.within(0.03, 0.12), -2)
    new = round(start * dice.within(0.05, 0.25), -2)
    net, gross = (start + more - less - gone) / start, (start - less - gone) / start
    lines = [
        ("at the start, from customers of then", start), ("more from the same customers", more),
        ("less from the same customers", -less), ("from customers who left", -gone),
        ("from new customers", new),
    ]  # fmt: skip
    shown = lines if difficulty == 1 else [lines[0], *dice.shuffled(lines[1:])]
    end = start + more - less - gone + new
    return Case(
        story=(f"Monthly recurring revenue of {dice.pick(PRODUCTS)}, over one year.",),
        tables=(DataTable("Revenue", ("Line", "€ a month"),
                          tuple((name, plain(value)) for name, value in shown)),),
        questions=(
            ask_share(
                "nrr", "Net revenue retention?", net,
                why="What the customers of the start pay now, over what they paid.",
                traps=(Trap(end / start, "New customers are growth, not retention."),),
            ),
            ask_share(
                "grr", "Gross revenue retention?", gross,
                why="Only what was lost counts; it never exceeds 100 %.",
                traps=(Trap(net, "That is the net one: what some pay more hides who left."),
                       Trap(1 - gone / start, "Those who stayed and pay less are a loss too.")),
            ),
        ),
        steps=(
            f"Net: ({plain(start)} + {plain(more)} − {plain(less)} − {plain(gone)}) / "
            f"{plain(start)} = {percent(net)}.",
            f"Gross: ({plain(start)} − {plain(less)} − {plain(gone)}) / {plain(start)} = "
            f"{percent(gross)}.",
            f"With new customers revenue is {percent(end / start)} of the start: that is growth.",
        ),
        hints=("Whose money was there at the start?",),
    )  # fmt: skip


def build_discount(dice: Dice, difficulty: int) -> Case:
    """How much more must be sold so that a discount costs nothing."""
    price = dice.between(20, 240)
    margin = dice.between(30, 70) / 100
    off = dice.pick((0.05, 0.08, 0.1, 0.12, 0.15, 0.2))
    units = dice.between(200, 3000, 10)
    unit_cost = round(price * (1 - margin), 2)
    before, after = price - unit_cost, price * (1 - off) - unit_cost
    needed = before / after - 1
    sold = round(units * (1 + needed * dice.within(0.3, 0.75)))
    change = sold * after - units * before
    return Case(
        story=(
            f"{dice.pick(PRODUCTS).capitalize()} sells {plain(units)} a month at {euros(price)}; "
            f"one costs {euros(unit_cost, 2)} to provide. Sales wants {percent(off, 0)} off.",
        ),
        questions=(
            ask_share(
                "needed", "By how much must the number sold rise so that profit stays the same?",
                needed, why="Margin before over margin after, minus 1.",
                traps=(Trap(off, "As many more as the price is lower: that ignores that the whole "
                            "discount comes out of the margin."),
                       Trap(1 / (1 - off) - 1, "This keeps revenue the same, not profit.")),
            ),
            *((ask_number(
                "profit", f"The discount came, and {plain(sold)} were sold. By how much did profit "
                "a month change? A fall is negative.", change, max(2.0, 0.02 * abs(change)),
                unit="€", digits=0, why="New margin × new number − old margin × old number.",
                traps=(Trap(sold * price * (1 - off) - units * price,
                            "That is the change of revenue."),),
            ),) if difficulty > 1 else ()),
        ),
        steps=(
            f"Margin of one before: {euros(price)} − {euros(unit_cost, 2)} = {euros(before, 2)}.",
            f"After: {euros(price * (1 - off), 2)} − {euros(unit_cost, 2)} = {euros(after, 2)}.",
            f"{euros(before, 2)} / {euros(after, 2)} − 1 = {percent(needed)}.",
            *((f"{plain(sold)} × {euros(after, 2)} − {plain(units)} × {euros(before, 2)} = "
               f"{euros(change)}.",) if difficulty > 1 else ()),
        ),
        hints=("Who pays the discount: revenue or margin?",),
    )  # fmt: skip


def build_market(dice: Dice, difficulty: int) -> Case:
    """A market from below: households, need, reach, purchases, price."""
    people = dice.between(12, 84)
    size = dice.pick((1.9, 2.0, 2.1, 2.2, 2.4))
    need, reach = dice.between(8, 35) / 100, dice.between(15, 60) / 100
    price, times = dice.between(6, 48), dice.pick((2, 3, 4, 6, 12))
    households = people / size
    market = households * need * price * times
    served = market * reach
    per = "year" if difficulty == 1 else "quarter"
    yearly = market if per == "year" else market * 4
    served = served if per == "year" else served * 4
    return Case(
        story=(
            f"A country of {people} million people; a household has {size} on average. "
            f"{percent(need, 0)} of households have a use for {dice.pick(PRODUCTS)}. One with a "
            f"use pays {euros(price)} each time, {times} times a {per}. "
            f"{percent(reach, 0)} of these households can be reached by the channels we have.",
        ),
        questions=(
            ask_number(
                "market", "How large is the market, in million € a year?", yearly, 0.02 * yearly,
                unit="million €", why="Households × need × price × times a year.",
                traps=(Trap(yearly * size, "Households buy, not people: a family is one buyer."),
                       *((Trap(market, "That is one quarter; a year has four."),)
                         if per == "quarter" else ())),
            ),
            ask_number(
                "served", "And the part that our channels reach, a year?", served, 0.02 * served,
                unit="million €", why="The market × the share that can be reached.",
                traps=(Trap(yearly, "That is the whole market, also where we do not get."),),
            ),
            *((ask_number(
                "point", "How much larger is the whole market, in million € a year, if the "
                "share with a use is one percentage point higher?", yearly / need / 100,
                0.03 * yearly / need / 100, unit="million €",
                why="The market is proportional to the need: divide by it.",
                traps=(Trap(yearly / 100, "One percent of the market is not one point of need."),),
            ),) if difficulty == 3 else ()),
        ),
        steps=(
            f"Households: {people} / {size} = {households:.2f} million.",
            f"With a use: × {percent(need, 0)} = {households * need:.2f} million.",
            f"A {per}: × {euros(price)} × {times} = {plain(market, 1)} million €"
            + ("." if per == "year" else f"; a year {plain(yearly, 1)}."),
            f"Reached: × {percent(reach, 0)} = {plain(served, 1)} million €.",
        ),
        hints=("Who is one buyer?", "Which period does each number have?"),
    )  # fmt: skip


KINDS = (
    Kind("unit-economics", "Does a customer pay?", "C05",
         "Lifetime value, payback and their ratio, by gross margin.",
         "Revenue is taken for margin, and a formula for a future.", build_economics),
    Kind("revenue-retention", "Net and gross retention", "C05",
         "Which lines of recurring revenue belong to retention.",
         "New customers, or what others pay more, hide who left.", build_revenue),
    Kind("discount", "What a discount must sell", "C05",
         "A discount is paid by the margin.",
         "The number sold is expected to rise by as much as the price falls.", build_discount),
    Kind("market-size", "Size this market from below", "C02",
         "A chain of units: people, households, purchases, years.",
         "People are counted as buyers, or a quarter as a year.", build_market),
)  # fmt: skip
