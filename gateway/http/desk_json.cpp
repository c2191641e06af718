#include "gateway/http/desk_json.hpp"

#include <array>
#include <boost/json.hpp>
#include <utility>

#include "files/text.hpp"
#include "web/json_body.hpp"

namespace gateway {

namespace json = boost::json;
using web::Form;
using web::object_from_json;

namespace {

// Reads the whole body as one form.
template <class Wish, class Read>
WishRead read_form(std::string_view body, const std::string& what, const std::string& example, Wish wish, Read read) {
  const auto object = object_from_json(body, what, example);
  if (!object) return tl::unexpected(object.error());
  std::vector<core::Error> errors;
  Form form(*object, "", errors);
  read(form, wish);
  form.finish();
  if (!errors.empty()) return tl::unexpected(problem(errors));
  return DeskWish(std::move(wish));
}

template <class Enum, std::size_t count>
std::optional<Enum> choose(Form& form, std::string_view name,
                           const std::array<std::pair<std::string_view, Enum>, count>& choices) {
  return form.read<Enum>(name, [&](const std::string& given) -> core::Result<Enum> {
    std::vector<std::string> words;
    for (const auto& [word, value] : choices) {
      if (word == given) return value;
      words.emplace_back(word);
    }
    return core::fail("", "'" + files::shown(given) + "' is none of " + files::joined(words));
  });
}

constexpr std::array<std::pair<std::string_view, portfolio::Operation>, 6> operations{
    {{"invest", portfolio::Operation::invest},
     {"rebalance", portfolio::Operation::rebalance},
     {"divest", portfolio::Operation::divest},
     {"reallocate", portfolio::Operation::reallocate},
     {"withdraw", portfolio::Operation::withdraw},
     {"delete", portfolio::Operation::remove}}};
constexpr std::array<std::pair<std::string_view, core::OrderType>, 2> order_types{
    {{"MKT", core::OrderType::market}, {"LMT", core::OrderType::limit}}};
constexpr std::array<std::pair<std::string_view, core::TimeInForce>, 4> times_in_force{
    {{"DAY", core::TimeInForce::day},
     {"GTC", core::TimeInForce::good_till_cancel},
     {"IOC", core::TimeInForce::immediate_or_cancel},
     {"FOK", core::TimeInForce::fill_or_kill}}};

void read_edit(Form& form, EditProposal& edit) {
  form.rows("orders", [&](Form& row) {
    OrderChange& change = edit.orders.emplace_back();
    change.place = row.place_number("place");
    change.quantity = row.read<core::Quantity>("quantity", core::Quantity::parse);
    change.type = choose(row, "order_type", order_types);
    change.limit = row.read<core::Price>("limit_price", core::Price::parse);
    change.time_in_force = choose(row, "time_in_force", times_in_force);
  });
  edit.leave_out = form.texts("leave_out");
}

}  // namespace

WishRead create_model_from_json(std::string_view body) {
  return read_form(body, "a model", R"({"code":"GROWTH","name":"Growth","currency":"USD"})", CreateModel{},
                   [](Form& form, CreateModel& wish) {
                     wish.code = form.text("code", true);
                     wish.name = form.text("name", true);
                     wish.currency = form.text("currency", true);
                   });
}

WishRead rename_from_json(std::string_view body, const std::string& model) {
  return read_form(body, "a new name", R"({"name":"Growth and more"})", RenameModel{core::ModelCode(model), {}},
                   [](Form& form, RenameModel& wish) { wish.name = form.text("name", true); });
}

WishRead targets_from_json(std::string_view body, const std::string& model) {
  return read_form(body, "targets", R"({"targets":[{"symbol":"AAPL","percent":"60"}],"why":"..."})",
                   SaveTargets{core::ModelCode(model), {}, {}}, [](Form& form, SaveTargets& wish) {
                     form.rows(
                         "targets",
                         [&](Form& row) {
                           wish.targets.push_back({row.text("symbol", true), row.text("percent", true)});
                         },
                         true);
                     wish.why = form.text("why");
                   });
}

WishRead group_from_json(std::string_view body, const std::string& group) {
  return read_form(body, "a group", R"({"accounts":["C-1001","C-1002"]})", GroupAccounts{group, {}},
                   [](Form& form, GroupAccounts& wish) {
                     for (std::string& account : form.texts("accounts", true))
                       wish.accounts.emplace_back(std::move(account));
                     if (form.is_empty_list("accounts"))
                       form.wrong("accounts", "names nobody; DELETE takes a group away");
                   });
}

WishRead client_cash_from_json(std::string_view body, const std::string& account) {
  return read_form(body, "a movement of cash", R"({"amount":"25000.00"})",
                   MoveClientCash{core::AccountId(account), {}, {}}, [](Form& form, MoveClientCash& wish) {
                     wish.amount = form.text("amount", true);
                     wish.currency = form.text("currency");
                   });
}

WishRead prices_from_json(std::string_view body) {
  return read_form(body, "prices", R"({"prices":[{"symbol":"AAPL","price":"187.40"}]})", BringPrices{},
                   [](Form& form, BringPrices& wish) {
                     form.rows(
                         "prices",
                         [&](Form& row) {
                           PriceRow& price = wish.prices.emplace_back();
                           price.symbol = core::Symbol(row.text("symbol", true));
                           if (!row.has("price")) row.wrong("price", "is missing");
                           price.price = row.read<core::Price>("price", core::Price::parse).value_or(core::Price{});
                           price.time = row.read<core::Time>("time", core::parse_iso).value_or(core::Time{});
                         },
                         true);
                   });
}

WishRead proposal_from_json_body(std::string_view body) {
  return read_form(
      body, "what is proposed",
      R"({"operation":"invest","model":"GROWTH","accounts":[{"account":"C-1001","amount":"5000.00"}]})", Propose{},
      [](Form& form, Propose& wish) {
        if (!form.has("operation")) form.wrong("operation", "is missing");
        wish.operation = choose(form, "operation", operations).value_or(portfolio::Operation::invest);
        wish.model = core::ModelCode(form.text("model", wish.operation != portfolio::Operation::reallocate));
        form.rows("accounts", [&](Form& row) {
          wish.accounts.push_back({row.text("account", true), row.text("amount")});
        });
        form.rows("allocations", [&](Form& row) {
          wish.allocations.push_back({core::ModelCode(row.text("model", true)), row.text("percent", true)});
        });
        wish.percent = form.text("percent");
        wish.transfer_positions = form.flag("transfer_positions");
        wish.keep_model = form.flag("keep_model");
        wish.type = choose(form, "order_type", order_types).value_or(core::OrderType::market);
        wish.time_in_force = choose(form, "time_in_force", times_in_force).value_or(core::TimeInForce::day);
        wish.leave_out = form.texts("leave_out");
      });
}

WishRead action_from_json(std::string_view body, const std::string& action, const std::string& proposal) {
  const std::string what = "what to " + action;
  const std::string example = R"({"hash":"..."})";
  if (action == "edit") {
    return read_form(body, what, R"({"orders":[{"place":1,"quantity":"50"}]})", EditProposal{proposal, {}, {}, {}},
                     [](Form& form, EditProposal& wish) {
                       wish.hash = form.text("hash");
                       read_edit(form, wish);
                     });
  }
  // What books or sends says which preview it means.
  if (action == "save") {
    return read_form(body, what, example, SaveProposal{proposal, {}},
                     [](Form& form, SaveProposal& wish) { wish.hash = form.text("hash", true); });
  }
  if (action == "transmit") {
    return read_form(body, what, example, TransmitProposal{proposal, {}, {}, {}},
                     [](Form& form, TransmitProposal& wish) {
                       wish.hash = form.text("hash", true);
                       wish.places = form.places("orders");
                       wish.broker = core::SessionName(form.text("broker"));
                     });
  }
  const auto nothing = [](Form&, auto&) {};
  if (action == "discard") return read_form(body, what, "{}", DiscardProposal{proposal}, nothing);
  if (action == "finish") return read_form(body, what, "{}", FinishProposal{proposal}, nothing);
  if (action == "refresh") return read_form(body, what, "{}", RefreshProposal{proposal}, nothing);
  return read_form(body, what, "{}", CloseProposal{proposal}, nothing);
}

std::string json_of_desk(const Answer& answer) {
  if (answer.proposal.empty()) return answer.repeated ? R"({"repeated":true})" : "{}";
  json::object object{{"proposal", answer.proposal}, {"stage", answer.stage}, {"hash", answer.hash}};
  json::array orders;
  for (const core::OrderId& order : answer.orders) orders.emplace_back(order.text());
  object["orders"] = std::move(orders);
  if (!answer.warnings.empty()) object["held"] = files::cleaned(answer.warnings.front().message);
  if (answer.repeated) object["repeated"] = true;
  return json::serialize(object);
}

}  // namespace gateway
