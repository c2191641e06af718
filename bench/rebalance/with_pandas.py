"""The arithmetic of a rebalance with numpy and pandas, as a capable analyst would write it.

Reads what main.cpp writes; prints the median time in microseconds, shares bought, shares sold.
"""
import sys
import time

import numpy as np
import pandas as pd

SCALE = 1_000_000  # a target of 100 %


def fees(trades):
    """Cents: 0.0035 a share and 0.35 at least, rounded up."""
    return np.where(trades == 0, 0, np.maximum(-(-np.abs(trades) * 35 // 100), 35))


def rebalance(prices, targets, cash, held):
    value = cash + held @ prices
    reserve = np.zeros_like(value)
    for _ in range(4):
        exact = np.maximum(value - reserve, 0)[:, None] * targets
        floor = exact // (SCALE * prices)
        cost = fees(floor - held).sum(axis=1)
        if (cost <= reserve).all():
            break
        reserve = np.where(cost > reserve, cost, reserve)
    change = floor - held
    shortfall = exact - floor * SCALE * prices

    flow = -(change * prices).sum(axis=1) - cost
    money = np.maximum(value - reserve, 0)
    left = np.minimum(cash + flow, money * targets.sum() // SCALE - (floor * prices).sum(axis=1))
    order = np.argsort(-shortfall, axis=1, kind="stable")
    rows = np.arange(len(cash))
    for rank in range(len(prices)):  # one share more, where it is missed most
        column = order[:, rank]
        before = change[rows, column]
        more = prices[column] + fees(before + 1) - fees(before)
        take = (more <= left) & (shortfall[rows, column] > 0)
        change[rows, column] += take
        left -= np.where(take, more, 0)

    lines = pd.DataFrame(change).stack()
    lines.index.names = ["account", "instrument"]
    frame = lines[lines != 0].rename("units").reset_index()
    frame["side"] = np.where(frame["units"] > 0, "BUY", "SELL")
    orders = frame.groupby(["side", "instrument"])["units"].sum()
    after = held + change
    shares = after * prices / value[:, None]  # for people
    return orders, shares


def main():
    data = np.loadtxt(sys.argv[1], delimiter=",", dtype=np.int64)
    prices, targets = data[0, 1:], data[1, 1:]
    cash, held = data[2:, 0], data[2:, 1:]
    times = []
    for _ in range(int(sys.argv[2])):
        start = time.perf_counter_ns()
        orders, _ = rebalance(prices, targets, cash, held)
        times.append((time.perf_counter_ns() - start) // 1000)
    bought = orders.get("BUY", pd.Series(dtype=np.int64)).sum()
    sold = -orders.get("SELL", pd.Series(dtype=np.int64)).sum()
    print(sorted(times)[len(times) // 2], bought, sold)


if __name__ == "__main__":
    main()
