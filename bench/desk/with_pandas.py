"""Views of a model with numpy and pandas, as a capable analyst would compute them from frames in memory.

Reads what main.cpp writes; prints, per view, the median time in microseconds, then the market value in cents.
"""
import sys
import time

import numpy as np
import pandas as pd

PAGE = 50


def view_of_accounts(prices, cash, held):
    value = cash + held.to_numpy() @ prices
    frame = pd.DataFrame({"account": held.index, "value": value, "cash": cash})
    frame["percent"] = 100.0 * value / value.sum()  # of the model
    return frame.head(PAGE).to_dict("records")


def view_of_positions(prices, cash, held):
    quantity = held.sum(axis=0)
    value = quantity * prices
    frame = pd.DataFrame({"symbol": held.columns, "quantity": quantity.to_numpy(), "value": value.to_numpy()})
    frame["percent"] = 100.0 * frame["value"] / (value.sum() + cash.sum())
    return frame.to_dict("records")


def main():
    data = np.loadtxt(sys.argv[1], delimiter=",", dtype=np.int64)
    prices, cash = data[0, 1:], data[1:, 0]
    held = pd.DataFrame(data[1:, 1:])
    for view in (view_of_accounts, view_of_positions):
        times = []
        for _ in range(int(sys.argv[2])):
            start = time.perf_counter_ns()
            view(prices, cash, held)
            times.append((time.perf_counter_ns() - start) // 1000)
        print(sorted(times)[len(times) // 2])
    print(cash.sum() + int((held.to_numpy() @ prices).sum()))


if __name__ == "__main__":
    main()
