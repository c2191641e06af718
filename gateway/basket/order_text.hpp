#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "gateway/commands.hpp"

namespace gateway {

// A part of an order that somebody asks for. An empty model, and "Independent", mean what the account holds outside
// every model.
struct PartText {
  std::string account;
  std::string model;
  std::string quantity;
  std::string place;  // what stands before the name of a field in errors: "parts[0]."
};

// The terms of one order as somebody wrote them: the cells of a basket line, or the members of a JSON object. Empty
// means not given.
struct OrderText {
  std::string action;
  std::string quantity;
  std::string symbol;
  std::string security_type;
  std::string exchange;
  std::string currency;
  std::string time_in_force;
  std::string order_type;
  std::string limit_price;
  std::string model;  // may be empty when there are parts
  std::string broker;
  std::vector<PartText> parts{};
};

enum class OrderField {
  action,
  quantity,
  symbol,
  security_type,
  exchange,
  currency,
  time_in_force,
  order_type,
  limit_price,
  model,
  broker,
};

// Checks what can be seen in the text alone: words, numbers, and that the terms go together. Whether the symbol and the
// model exist, and whether the order is allowed, is the engine's to say. `place_of` names a field as its writer knows
// it. On success `place` of the request is empty. Appends an error for each thing wrong. Time in force is DAY when not
// given; the exchange SMART, as other platforms have it, is none given. Case of the words and of currencies does not
// count; of symbols, models and brokers it does.
[[nodiscard]] OrderRequest read_order(const OrderText& text, const std::function<std::string(OrderField)>& place_of,
                                      std::vector<core::Error>& errors);

}  // namespace gateway
