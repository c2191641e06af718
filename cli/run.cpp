#include "cli/run.hpp"

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <filesystem>
#include <set>

#include "cli/desk_run.hpp"
#include "cli/exit_code.hpp"
#include "cli/json_table.hpp"
#include "cli/parts_file.hpp"
#include "cli/prove.hpp"
#include "cli/show.hpp"
#include "cli/talk.hpp"

namespace cli {

namespace json = boost::json;

namespace {

constexpr int follow_wait_ms = 20'000;
constexpr int progress_pause_ms = 300;
constexpr int log_page = 500;
constexpr const char* many_orders = "limit=10000";

class Runner : private Talk {
 public:
  using Talk::Talk;

  int run() {
    switch (command_.verb) {
      case Verb::enter_order: return enter_order();
      case Verb::cancel: return cancel();
      case Verb::send_basket: return send_basket();
      case Verb::orders: return orders();
      case Verb::show_order: return read("/orders/" + encoded(command_.order), show_order);
      case Verb::log: return log();
      case Verb::positions: return positions();
      case Verb::breaks: return read_page(command_.open_only ? "/breaks?state=open" : "/breaks", show_breaks);
      case Verb::settle_break: return settle_break();
      case Verb::sessions: return read("/sessions", show_sessions);
      case Verb::explain: return explain();
      case Verb::names: return names();
      case Verb::verify:
      case Verb::replay:
      case Verb::backup:
      case Verb::mend: return prove(command_, client_, world_);
      default: return run_desk(command_, client_, world_);
    }
    return wrong_use;
  }

 private:
  int enter_order() {
    json::object order{{"side", command_.side}, {"quantity", command_.quantity}, {"symbol", command_.symbol}};
    if (!command_.model.empty()) order["model"] = command_.model;
    order["order_type"] = command_.limit.empty() ? "MKT" : "LMT";
    if (!command_.parts.empty()) {
      auto parts = read_parts();
      if (!parts) return wrong_use;
      order["parts"] = *std::move(parts);
    }
    if (!command_.limit.empty()) order["limit_price"] = command_.limit;
    if (!command_.time_in_force.empty()) order["time_in_force"] = command_.time_in_force;
    if (!command_.broker.empty()) order["broker"] = command_.broker;
    const std::string target = command_.dry_run ? "/orders?dry_run=true" : "/orders";
    const auto value = ask(post(target, json::serialize(order), "application/json", !command_.dry_run));
    if (!value) return exit_code_;
    return tell(*value, [this](const json::value& reply, const Screen& screen) {
      if (text_at(reply, "repeated") == "true") return used_before(reply);
      return show_previews(reply, screen, command_.dry_run) +
             (command_.dry_run ? "Dry run: nothing was sent.\n" : "Sent.\n");
    });
  }

  // Nothing when the file was refused, and that was told.
  std::optional<json::array> read_parts() {
    const core::Result<std::string> text = world_.read_file(command_.parts);
    if (!text) {
      world_.err(text.error().text() + "\n");
      return std::nullopt;
    }
    const std::string name =
        command_.parts == "-" ? "stdin" : std::filesystem::path(command_.parts).filename().string();
    auto parts = parts_from_csv(*text, name);
    if (parts) return *std::move(parts);
    for (const core::Error& error : parts.error()) world_.err(error.text() + "\n");
    return std::nullopt;
  }

  // What came of it since may be anything: rejected, filled, cancelled.
  static std::string used_before(const json::value& reply) {
    std::string text = "The key was used before: nothing was sent now. What it sent then:\n";
    for (const std::string& id : ids_of(reply, "orders")) text += "  " + id + "   prorata order show " + id + "\n";
    return text;
  }

  int cancel() {
    const auto value = ask(post("/orders/" + encoded(command_.order) + "/cancel", "{}", "application/json", true));
    if (!value) return exit_code_;
    return tell(*value, [this](const json::value&, const Screen&) {
      return "The broker is asked to cancel " + command_.order + "; `prorata order show " + command_.order +
             "` tells what became of it.\n";
    });
  }

  Request basket_request(const std::string& text, bool dry_run) {
    const std::string name = from_stdin() ? "stdin" : std::filesystem::path(command_.file).filename().string();
    const std::string target = "/baskets?name=" + encoded(name) +
                               "&accounts=" + (command_.accounts ? "true" : "false") + (dry_run ? "&dry_run=true" : "");
    return post(target, text, "text/csv", !dry_run);
  }

  [[nodiscard]] bool from_stdin() const { return command_.file == "-"; }

  int send_basket() {
    if (from_stdin() && !command_.yes && !command_.dry_run) {
      world_.err(
          "The basket comes from stdin, so you cannot be asked: add --dry-run to look at it, --yes to send it.\n");
      return wrong_use;
    }
    const core::Result<std::string> text = world_.read_file(command_.file);
    if (!text) {
      world_.err(text.error().text() + "\n");
      return wrong_use;
    }
    const bool previewing = command_.dry_run || !command_.json;
    if (previewing) {
      world_.live("checking the basket");
      const auto preview = ask(basket_request(*text, true));
      world_.live("");
      if (!preview) return exit_code_;
      tell(*preview, [this](const json::value& v, const Screen& s) { return show_previews(v, s, command_.accounts); });
    }
    if (command_.dry_run) {
      if (!command_.json) world_.out("Dry run: nothing was sent.\n");
      return done;
    }
    if (!command_.yes && !world_.confirm("Send these orders? [y/N] ")) {
      world_.err("Nothing was sent. --yes sends without asking.\n");
      return refused;
    }
    const auto sent = ask(basket_request(*text, false));
    if (!sent) return exit_code_;
    const std::set<std::string> orders = ids_of(*sent, "orders");
    const bool repeated = text_at(*sent, "repeated") == "true";
    if (command_.json) world_.out(body_ + "\n");
    if (!command_.json && repeated) world_.out(used_before(*sent));
    if (!command_.json && !repeated)
      world_.out("Sent " + std::to_string(orders.size()) + (orders.size() == 1 ? " order.\n" : " orders.\n"));
    return command_.wait ? wait_for(orders) : done;
  }

  static std::set<std::string> ids_of(const json::value& reply, std::string_view member) {
    std::set<std::string> ids;
    const json::object* object = reply.if_object();
    const json::value* list = object == nullptr ? nullptr : object->if_contains(member);
    if (list == nullptr || !list->is_array()) return ids;
    for (const json::value& element : list->get_array()) {
      const json::object* row = element.if_object();
      const json::value* id = row == nullptr ? &element : row->if_contains("order_id");
      if (id != nullptr && id->is_string()) ids.emplace(id->get_string().data(), id->get_string().size());
    }
    return ids;
  }

  int wait_for(const std::set<std::string>& orders) {
    while (!world_.stopped()) {
      const auto open =
          ask_patiently({.target = std::string("/orders?state=open&") + many_orders, .body = {}, .headers = {}});
      if (!open) return exit_code_;
      std::size_t still_open = 0;
      for (const std::string& id : ids_of(*open, "orders")) still_open += orders.contains(id) ? 1 : 0;
      world_.live(progress_text(orders.size() - still_open, orders.size()));
      if (still_open == 0) break;
      world_.sleep(progress_pause_ms);
    }
    world_.live("");
    if (command_.json) return done;
    const auto all = ask_patiently({.target = std::string("/orders?") + many_orders, .body = {}, .headers = {}});
    if (!all) return exit_code_;
    world_.out(show_orders(only(*all, orders), world_.screen));
    return done;
  }

  static json::value only(const json::value& reply, const std::set<std::string>& orders) {
    json::array kept;
    const json::object* object = reply.if_object();
    const json::value* list = object == nullptr ? nullptr : object->if_contains("orders");
    if (list == nullptr || !list->is_array()) return reply;
    for (const json::value& row : list->get_array()) {
      const json::value* id = row.is_object() ? row.get_object().if_contains("order_id") : nullptr;
      if (id == nullptr || !id->is_string()) continue;
      if (orders.contains({id->get_string().data(), id->get_string().size()})) kept.push_back(row);
    }
    return json::object{{"orders", std::move(kept)}};
  }

  int orders() {
    std::string target = "/orders?state=" + std::string(command_.open_only ? "open" : "all");
    if (!command_.model.empty()) target += "&model=" + encoded(command_.model);
    if (!command_.at_most.empty()) target += "&limit=" + encoded(command_.at_most);
    return read(target, show_orders);
  }

  // Page after page; with --follow each further page as it comes. In JSON, one answer a line.
  int log() {
    std::int64_t after = command_.after;
    bool header = true;
    while (!world_.stopped()) {
      const bool waits = command_.follow && !header;
      if (waits) world_.live("following the trade log after " + std::to_string(after) + "; Ctrl-C ends it");
      const Request request{.target = "/log?after=" + std::to_string(after) + "&limit=" + std::to_string(log_page) +
                                      (waits ? "&wait_ms=" + std::to_string(follow_wait_ms) : ""),
                            .body = {},
                            .headers = {}};
      // Not for the first page: whoever named a wrong gateway wants to hear it.
      const auto page = waits ? ask_patiently(request) : ask(request);
      if (!page) return exit_code_;
      const auto [count, last] = entries_of(*page);
      if (count > 0 || header) {
        world_.live("");
        tell(*page, [header](const json::value& v, const Screen& s) { return show_log(v, s, header); });
      }
      if (count > 0) after = last;
      header = false;
      if (!command_.follow && count < log_page) return done;
    }
    world_.live("");
    return done;
  }

  // How many entries a page has, and the sequence number of the last.
  static std::pair<int, std::int64_t> entries_of(const json::value& page) {
    const json::object* object = page.if_object();
    const json::value* list = object == nullptr ? nullptr : object->if_contains("entries");
    if (list == nullptr || !list->is_array() || list->get_array().empty()) return {0, 0};
    const json::value& last = list->get_array().back();
    const json::value* seq = last.is_object() ? last.get_object().if_contains("seq") : nullptr;
    if (seq == nullptr || !seq->is_int64()) return {0, 0};
    return {static_cast<int>(list->get_array().size()), seq->get_int64()};
  }

  int settle_break() {
    json::object settlement{{"reason", command_.reason}, {"as", command_.settled_as}};
    const auto value = ask(post("/breaks/" + encoded(command_.break_number) + "/settle", json::serialize(settlement),
                                "application/json", true));
    if (!value) return exit_code_;
    return tell(*value, [this](const json::value&, const Screen&) {
      return "Break " + command_.break_number + " is settled as " + command_.settled_as + ".\n";
    });
  }

  int positions() {
    const bool account = !command_.account.empty();
    return read_page(
        "/positions?" + (account ? "account=" + encoded(command_.account) : "model=" + encoded(command_.model)),
        show_positions);
  }

  // For the completion of a shell: what can be named, and nothing when the gateway cannot tell.
  int names() {
    struct Source {
      const char* kind;
      const char* target;
      const char* list;
      const char* member;
    };
    constexpr std::array<Source, 6> sources{{{"accounts", "/accounts?limit=10000", "accounts", "account"},
                                             {"accounts", "/groups?limit=10000", "groups", "account_group"},
                                             {"instruments", "/instruments?limit=10000", "instruments", "symbol"},
                                             {"models", "/models?limit=10000", "models", "model"},
                                             {"orders", "/orders?state=open&limit=1000", "orders", "order_id"},
                                             {"proposals", "/proposals?state=open", "proposals", "proposal"}}};
    std::set<std::string> all;
    for (const Source& source : sources) {
      if (std::find(command_.kinds.begin(), command_.kinds.end(), source.kind) == command_.kinds.end()) continue;
      const auto reply = ask({.target = source.target, .body = {}, .headers = {}});
      if (!reply) return exit_code_;
      for (const json::value& row : list_at(*reply, source.list)) all.insert(text_at(row, source.member));
    }
    for (const std::string& name : all) world_.out(name + "\n");
    return done;
  }

  int explain() {
    std::string query;
    if (!command_.broker.empty()) query += "&broker=" + encoded(command_.broker);
    if (!command_.date.empty()) query += "&date=" + encoded(command_.date);
    if (!query.empty()) query[0] = '?';
    return read("/fills/" + encoded(command_.exec) + "/explain" + query, show_document);
  }
};

}  // namespace

int run(const Command& command, Client& client, const World& world) { return Runner(command, client, world).run(); }

}  // namespace cli
