#include "gateway/basket/order_text.hpp"

#include <algorithm>

#include "files/text.hpp"
#include "portfolio/instrument.hpp"

namespace gateway {

namespace {

constexpr std::size_t max_name_bytes = 32;
// No desk means an order beyond this, and posted money must fit into 64 bits of cents whatever its minor digits.
constexpr std::int64_t max_value_units = 1'000'000'000'000;

std::string upper(std::string word) {
  std::ranges::transform(word, word.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  return word;
}

class OrderReader {
 public:
  OrderReader(const OrderText& text, const std::function<std::string(OrderField)>& place_of,
              std::vector<core::Error>& errors)
      : text_(text), place_of_(place_of), errors_(errors) {}

  OrderRequest read() {
    read_action();
    read_quantity();
    request_.symbol = core::Symbol(name(OrderField::symbol, text_.symbol, true));
    request_.model = core::ModelCode(name(OrderField::model, text_.model, text_.parts.empty()));
    request_.broker = core::SessionName(name(OrderField::broker, text_.broker, false));
    request_.exchange = name(OrderField::exchange, named_exchange(text_.exchange), false);
    read_security_type();
    read_currency();
    read_time_in_force();
    read_price();
    for (const PartText& part : text_.parts) read_part(part);
    return std::move(request_);
  }

 private:
  void refuse(OrderField field, std::string message) { errors_.push_back({place_of_(field), std::move(message)}); }

  std::string name(OrderField field, const std::string& value, bool required) {
    if (value.empty() && required) refuse(field, "is empty; it must be given");
    if (const std::string wrong = wrong_name(value); !wrong.empty()) refuse(field, wrong);
    return value;
  }

  // In files of other platforms SMART means that the broker routes the order: no exchange is named.
  static std::string named_exchange(const std::string& value) { return files::lower(value) == "smart" ? "" : value; }

  // What is wrong with it, or nothing.
  static std::string wrong_name(const std::string& value) {
    if (value.size() > max_name_bytes) {
      return "'" + files::shown(value) + "' is longer than " + std::to_string(max_name_bytes) + " bytes";
    }
    if (files::cleaned(value) != value) return "'" + files::shown(value) + "' holds characters that are not text";
    return {};
  }

  void read_part(const PartText& text) {
    const auto refuse_part = [&](const char* field, std::string message) {
      errors_.push_back({text.place + field, std::move(message)});
    };
    if (text.account.empty()) refuse_part("account", "is empty; it must be given");
    if (const std::string wrong = wrong_name(text.account); !wrong.empty()) refuse_part("account", wrong);
    if (const std::string wrong = wrong_name(text.model); !wrong.empty()) refuse_part("model", wrong);
    const core::Result<core::Quantity> quantity = core::Quantity::parse(text.quantity);
    if (text.quantity.empty()) {
      refuse_part("quantity", "is empty; it must be a number such as 10");
    } else if (!quantity) {
      refuse_part("quantity", files::cleaned(quantity.error().message));
    } else if (quantity->raw <= 0) {
      refuse_part("quantity", "'" + files::shown(text.quantity) + "' must be more than zero");
    }
    request_.parts.push_back({core::AccountId(text.account),
                              core::ModelCode(text.model == "Independent" ? "" : text.model),
                              quantity.value_or(core::Quantity{})});
  }

  void read_action() {
    const std::string word = files::lower(text_.action);
    if (word == "sell") request_.side = core::Side::sell;
    if (word == "sell short" || word == "sshort") request_.side = core::Side::sell_short;
    if (word == "buy" || core::is_sale(request_.side)) return;
    refuse(OrderField::action, word.empty() ? "is empty; it must be BUY, SELL or SELL SHORT"
                                            : "'" + files::shown(text_.action) + "' must be BUY, SELL or SELL SHORT");
  }

  void read_quantity() {
    if (text_.quantity.empty()) return refuse(OrderField::quantity, "is empty; it must be a number such as 1000");
    const core::Result<core::Quantity> value = core::Quantity::parse(text_.quantity);
    if (!value) return refuse(OrderField::quantity, files::cleaned(value.error().message));
    if (value->raw <= 0) {
      return refuse(OrderField::quantity, "'" + files::shown(text_.quantity) +
                                              "' must be more than zero; a sale is a SELL of a positive quantity");
    }
    request_.quantity = *value;
  }

  void read_security_type() {
    if (text_.security_type.empty()) return;
    const core::Result<portfolio::SecurityType> type = portfolio::parse_security_type(upper(text_.security_type));
    if (!type) return refuse(OrderField::security_type, files::cleaned(type.error().message));
    request_.security_type = portfolio::text(*type);
  }

  void read_currency() {
    if (text_.currency.empty()) return;
    const core::Result<core::Currency> value = core::Currency::parse(upper(text_.currency));
    if (!value) return refuse(OrderField::currency, files::cleaned(value.error().message));
    request_.currency = *value;
  }

  void read_time_in_force() {
    using enum core::TimeInForce;
    const std::string word = files::lower(text_.time_in_force);
    if (word.empty()) return;
    for (const core::TimeInForce value : {day, good_till_cancel, immediate_or_cancel, fill_or_kill}) {
      if (word != files::lower(core::text(value))) continue;
      request_.time_in_force = value;
      return;
    }
    refuse(OrderField::time_in_force, "'" + files::shown(text_.time_in_force) + "' must be DAY, GTC, IOC or FOK");
  }

  void read_price() {
    const std::string type = files::lower(text_.order_type);
    if (type.empty()) return refuse(OrderField::order_type, "is empty; it must be MKT or LMT");
    if (type != "mkt" && type != "lmt") {
      return refuse(OrderField::order_type, "'" + files::shown(text_.order_type) +
                                                "' must be MKT or LMT; others are "
                                                "not offered yet");
    }
    if (type == "mkt") {
      if (text_.limit_price.empty()) return;
      return refuse(OrderField::limit_price, "'" + files::shown(text_.limit_price) +
                                                 "' must be empty for a market order (MKT); for a limit write LMT");
    }
    request_.type = core::OrderType::limit;
    if (text_.limit_price.empty()) {
      return refuse(OrderField::limit_price, "is empty; a limit order (LMT) needs a price such as 187.50");
    }
    const core::Result<core::Price> price = core::Price::parse(text_.limit_price);
    if (!price) return refuse(OrderField::limit_price, files::cleaned(price.error().message));
    if (price->raw <= 0) {
      return refuse(OrderField::limit_price, "'" + files::shown(text_.limit_price) + "' must be more than zero");
    }
    request_.limit = *price;
    const core::Notional most = core::notional(core::Quantity::whole(max_value_units), core::Price::whole(1));
    if (core::notional(request_.quantity, *price) > most) {
      refuse(OrderField::quantity, "times this price is more than " + std::to_string(max_value_units) +
                                       ", the most that is taken; check both");
    }
  }

  const OrderText& text_;
  const std::function<std::string(OrderField)>& place_of_;
  std::vector<core::Error>& errors_;
  OrderRequest request_;
};

}  // namespace

OrderRequest read_order(const OrderText& text, const std::function<std::string(OrderField)>& place_of,
                        std::vector<core::Error>& errors) {
  return OrderReader(text, place_of, errors).read();
}

}  // namespace gateway
