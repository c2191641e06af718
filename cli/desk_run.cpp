#include "cli/desk_run.hpp"

#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <utility>

#include "cli/desk_show.hpp"
#include "cli/exit_code.hpp"
#include "cli/json_table.hpp"
#include "cli/talk.hpp"

namespace cli {

namespace json = boost::json;

namespace {

constexpr const char* json_type = "application/json";

class DeskRunner : private Talk {
 public:
  using Talk::Talk;

  int run() {
    switch (command_.verb) {
      case Verb::view: return view();
      case Verb::show_model: return show_model();
      case Verb::proposals:
        return read_page(command_.open_only ? "/proposals?state=open" : "/proposals", show_proposals);
      case Verb::groups: return read_page("/groups", show_groups);
      case Verb::create_model: return create_model();
      case Verb::rename_model:
        return change("PATCH", "/models/" + encoded(desk_.model), {{"name", desk_.name}},
                      desk_.model + " is called " + desk_.name + " now.\n");
      case Verb::save_targets: return save_targets();
      case Verb::propose: return propose();
      case Verb::show_proposal: return show(desk_.proposal);
      case Verb::edit_proposal: return edit();
      case Verb::act_on_proposal: return act(desk_.what, desk_.proposal);
      case Verb::move_cash: return move_cash();
      case Verb::set_group: return set_group();
      case Verb::remove_group:
        return change("DELETE", "/groups/" + encoded(desk_.name), {}, "The group " + desk_.name + " is gone.\n");
      case Verb::set_prices: return set_prices();
      case Verb::export_file: return export_file();
      case Verb::import_file: return import_file();
      default: return wrong_use;
    }
  }

 private:
  using Members = json::object;

  int change(const char* method, const std::string& target, const Members& body, const std::string& told) {
    const auto value = ask(request(method, target, json::serialize(body), json_type, true));
    if (!value) return exit_code_;
    return tell(*value, [&](const json::value& reply, const Screen& screen) {
      return text_at(reply, "repeated") == "true" ? show_stage(reply, screen) : told;
    });
  }
  int complain(const std::string& what) {
    world_.err(what + "\n");
    return wrong_use;
  }

  // ---- looking

  int view() { return view(desk_.what == "holdings" && desk_.lines ? "by-model" : desk_.what); }
  int view(const std::string& path) {
    std::string query;
    const auto add = [&](const char* name, const std::string& value) {
      if (!value.empty()) query += (query.empty() ? "?" : "&") + std::string(name) + "=" + encoded(value);
    };
    add("model", desk_.model);
    add("account", desk_.account);
    add("currency", desk_.currency);
    return read_page("/views/" + path + query, show_view);
  }
  int show_model() {
    if (desk_.lines) return read("/models/" + encoded(desk_.model), show_versions);
    return view(desk_.accounts ? "investors" : "positions");
  }

  // ---- models

  int create_model() {
    const std::string currency = desk_.currency.empty() ? "USD" : desk_.currency;
    return change("POST", "/models", {{"code", desk_.model}, {"name", desk_.name}, {"currency", currency}},
                  "Created " + desk_.model + ", in " + currency + ", without funds, assets and investors.\n");
  }

  // "AAPL=60" into its two halves; the last '=' counts.
  static std::optional<std::pair<std::string, std::string>> halves(const std::string& word) {
    const std::size_t equals = word.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == word.size()) return std::nullopt;
    return std::pair(word.substr(0, equals), word.substr(equals + 1));
  }
  // A list of objects of such words, or nothing when one is none, and that was told.
  std::optional<json::array> pairs(const char* first, const char* second, const char* example) {
    json::array list;
    for (const std::string& word : desk_.words) {
      const auto both = halves(word);
      if (!both) {
        complain("'" + word + "' should be such as " + example);
        return std::nullopt;
      }
      list.push_back(json::object{{first, both->first}, {second, both->second}});
    }
    return list;
  }

  int save_targets() {
    if (desk_.clear == !desk_.words.empty()) {
      return complain("Give targets such as AAPL=60, or --clear for a model without targets.");
    }
    auto targets = pairs("symbol", "percent", "AAPL=60");
    if (!targets) return wrong_use;
    const std::string told =
        desk_.clear ? "The targets of " + desk_.model + " are cleared: it is dynamic.\n"
                    : "The targets of " + desk_.model + " are saved: prorata model show " + desk_.model + "\n";
    Members body{{"targets", *std::move(targets)}};
    if (!desk_.why.empty()) body["why"] = desk_.why;
    return change("PUT", "/models/" + encoded(desk_.model) + "/targets", body, told);
  }

  // ---- proposals

  std::optional<Members> asked() {
    Members body{{"operation", desk_.what}};
    if (!desk_.model.empty()) body["model"] = desk_.model;
    const bool has_amounts = desk_.what == "invest" || desk_.what == "divest";
    json::array accounts;
    if (has_amounts && desk_.words.size() % 2 != 0) {
      complain("Give an account and an amount each, such as C-1001 25000" +
               std::string(desk_.what == "divest" ? ", or C-1001 all" : ""));
      return std::nullopt;
    }
    for (std::size_t i = 0; has_amounts && i < desk_.words.size(); i += 2) {
      accounts.push_back(json::object{{"account", desk_.words[i]}, {"amount", desk_.words[i + 1]}});
    }
    if (!desk_.account.empty()) accounts.push_back(json::object{{"account", desk_.account}});
    if (!accounts.empty()) body["accounts"] = std::move(accounts);
    if (desk_.what == "reallocate") {
      auto allocations = pairs("model", "percent", "GROWTH=50");
      if (!allocations) return std::nullopt;
      body["allocations"] = *std::move(allocations);
    }
    if (!desk_.percent.empty()) body["percent"] = desk_.percent;
    if (desk_.transfer_positions) body["transfer_positions"] = true;
    if (desk_.keep_model) body["keep_model"] = true;
    if (desk_.limit_orders) body["order_type"] = "LMT";
    if (!desk_.time_in_force.empty()) body["time_in_force"] = desk_.time_in_force;
    if (!desk_.leave_out.empty()) body["leave_out"] = json::array(desk_.leave_out.begin(), desk_.leave_out.end());
    return body;
  }

  int propose() {
    const auto body = asked();
    if (!body) return wrong_use;
    const auto staged = ask(post("/proposals", json::serialize(*body), json_type, true));
    if (!staged) return exit_code_;
    const std::string id = text_at(*staged, "proposal");
    if (command_.json && !desk_.transmit) {
      world_.out(body_ + "\n");
      return done;
    }
    if (!command_.json) {
      if (const int code = show(id); code != done) return code;
    }
    return desk_.transmit ? act("transmit", id) : done;
  }

  std::optional<json::value> part_of(const std::string& id, const std::string& list) {
    std::string target = "/proposals/" + encoded(id) + "/" + list + "?limit=10000";
    if (!desk_.account.empty() && command_.verb == Verb::show_proposal) target += "&account=" + encoded(desk_.account);
    return ask({.target = std::move(target), .body = {}, .headers = {}});
  }

  int show(const std::string& id) {
    const auto proposal = ask({.target = "/proposals/" + encoded(id), .body = {}, .headers = {}});
    if (!proposal) return exit_code_;
    const auto sleeves = part_of(id, "sleeves");
    if (!sleeves) return exit_code_;
    const auto moves = part_of(id, "moves");
    if (!moves) return exit_code_;
    std::optional<json::value> lines;
    if (desk_.lines) {
      lines = part_of(id, "lines");
      if (!lines) return exit_code_;
    }
    if (command_.json) {
      json::object whole = proposal->is_object() ? proposal->get_object() : json::object();
      whole["sleeves"] = list_at(*sleeves, "sleeves");
      whole["moves"] = list_at(*moves, "moves");
      if (lines) whole["lines"] = list_at(*lines, "lines");
      world_.out(json::serialize(whole) + "\n");
      return done;
    }
    world_.out(cli::show_proposal(*proposal, *sleeves, *moves, lines ? &*lines : nullptr, world_.screen));
    return done;
  }

  std::optional<json::array> places() {
    json::array numbers;
    for (const std::string& text : desk_.places) {
      const bool is_number =
          !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == std::string::npos;
      if (!is_number) {
        complain("'" + text + "' should be the number of an order in the proposal, such as 2");
        return std::nullopt;
      }
      numbers.push_back(std::stoll(text));
    }
    return numbers;
  }

  int edit() {
    Members body;
    auto numbers = places();
    if (!numbers) return wrong_use;
    const bool changes_order =
        !desk_.quantity.empty() || !desk_.order_type.empty() || !desk_.limit.empty() || !desk_.time_in_force.empty();
    if (changes_order == numbers->empty()) {
      return complain("Say which order (--order 2) and what of it: --quantity, --type, --limit, --tif.");
    }
    json::array orders;
    for (const json::value& number : *numbers) {
      json::object order{{"place", number}};
      if (!desk_.quantity.empty()) order["quantity"] = desk_.quantity;
      if (!desk_.order_type.empty()) order["order_type"] = desk_.order_type;
      if (!desk_.limit.empty()) order["limit_price"] = desk_.limit;
      if (!desk_.time_in_force.empty()) order["time_in_force"] = desk_.time_in_force;
      orders.push_back(std::move(order));
    }
    if (!orders.empty()) body["orders"] = std::move(orders);
    if (!desk_.leave_out.empty()) body["leave_out"] = json::array(desk_.leave_out.begin(), desk_.leave_out.end());
    const auto value =
        ask(post("/proposals/" + encoded(desk_.proposal) + "/edit", json::serialize(body), json_type, true));
    if (!value) return exit_code_;
    if (!command_.json) return show(desk_.proposal);
    world_.out(body_ + "\n");
    return done;
  }

  // What books or sends is asked about, and bound to the preview that is there now.
  int act(const std::string& action, const std::string& id) {
    Members body;
    if (action == "save" || action == "transmit") {
      const auto proposal = ask({.target = "/proposals/" + encoded(id), .body = {}, .headers = {}});
      if (!proposal) return exit_code_;
      const json::object* object = proposal->if_object();
      const json::value* row = object == nullptr ? nullptr : object->if_contains("proposal");
      const std::string title = row == nullptr ? "" : text_at(*row, "title");
      body["hash"] = row == nullptr ? "" : text_at(*row, "hash");
      const std::string question = action == "save" ? "Book the transfers of " + id + " (" + title + ") now? [y/N] "
                                                    : "Transmit " + id + " (" + title + ")? [y/N] ";
      if (!command_.yes && !world_.confirm(question)) {
        world_.err("Nothing was done; " + id + " stays as it is. --yes does it without asking.\n");
        return refused;
      }
    }
    if (action == "transmit") {
      auto numbers = places();
      if (!numbers) return wrong_use;
      if (!numbers->empty()) body["orders"] = *std::move(numbers);
      if (!command_.broker.empty()) body["broker"] = command_.broker;
    }
    Request wish = post("/proposals/" + encoded(id) + "/" + action, json::serialize(body), json_type, true);
    // A proposal that was made by this same command has used the key up.
    if (command_.verb == Verb::propose && !command_.key.empty())
      wish.headers["Idempotency-Key"] = command_.key + ".transmit";
    const auto value = ask(wish);
    if (!value) return exit_code_;
    const int code = tell(*value, show_stage);
    const bool is_new_version = action == "finish" || action == "refresh";
    return code == done && is_new_version && !command_.json ? show(id) : code;
  }

  // ---- accounts and prices

  int move_cash() {
    Members body{{"amount", desk_.amount}};
    if (!desk_.currency.empty()) body["currency"] = desk_.currency;
    return change("POST", "/accounts/" + encoded(desk_.account) + "/cash", body,
                  "Booked " + desk_.amount + " for " + desk_.account + ".\n");
  }
  int set_group() {
    return change("PUT", "/groups/" + encoded(desk_.name),
                  {{"accounts", json::array(desk_.words.begin(), desk_.words.end())}},
                  desk_.name + " stands for " + std::to_string(desk_.words.size()) +
                      (desk_.words.size() == 1 ? " account.\n" : " accounts.\n"));
  }
  int set_prices() {
    auto prices = pairs("symbol", "price", "AAPL=187.40");
    if (!prices) return wrong_use;
    return change("POST", "/prices", {{"prices", *std::move(prices)}}, "Done: prorata prices\n");
  }

  // ---- files

  int export_file() {
    const auto text = fetch("/files/" + encoded(desk_.what));
    if (!text) return exit_code_;
    world_.out(*text);
    return done;
  }

  Request import_request(const std::string& text, bool dry_run) {
    const std::string name = command_.file == "-" ? "stdin" : std::filesystem::path(command_.file).filename().string();
    return post("/files/" + encoded(desk_.what) + "?name=" + encoded(name) + (dry_run ? "&dry_run=true" : ""), text,
                "text/csv", !dry_run);
  }
  int import_file() {
    if (command_.file == "-" && !command_.yes && !command_.dry_run) {
      return complain(
          "The file comes from stdin, so you cannot be asked: add --dry-run to look at it, --yes to do it.");
    }
    const core::Result<std::string> text = world_.read_file(command_.file);
    if (!text) return complain(text.error().text());
    const auto preview = ask(import_request(*text, true));
    if (!preview) return exit_code_;
    const json::array& changes = list_at(*preview, "changes");
    if (command_.json && command_.dry_run) world_.out(body_ + "\n");
    if (!command_.json) {
      for (const json::value& change : changes) world_.out(text_of(&change) + "\n");
      world_.out(changes.empty()
                     ? "Nothing differs from the desk.\n"
                     : std::to_string(changes.size()) + (changes.size() == 1 ? " change.\n" : " changes.\n"));
    }
    if (command_.dry_run || changes.empty()) return done;
    if (!command_.yes && !world_.confirm("Make these changes? [y/N] ")) {
      world_.err("Nothing was done. --yes does it without asking.\n");
      return refused;
    }
    const auto made = ask(import_request(*text, false));
    if (!made) return exit_code_;
    return tell(*made, [](const json::value&, const Screen&) { return std::string("Done.\n"); });
  }

  const DeskWords& desk_ = command_.desk;
};

}  // namespace

int run_desk(const Command& command, Client& client, const World& world) {
  return DeskRunner(command, client, world).run();
}

}  // namespace cli
