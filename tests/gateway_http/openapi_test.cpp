#include "gateway/http/openapi.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "cli/client.hpp"
#include "gateway/http/routes.hpp"
#include "gateway/http/sqlite_read_model.hpp"
#include "gateway/journal/schema.hpp"
#include "gateway/journal/sqlite.hpp"
#include "tests/gateway_http/http_fixture.hpp"

// docs/openapi.json, held against the running server: what it says is so, and what is so it says.
namespace gateway {
namespace {

std::string text_of(const json::value& value) { return std::string(value.as_string()); }

// The members that an object must have, or may.
std::set<std::string> names_in(const json::object& schema, const char* list) {
  std::set<std::string> names;
  if (!schema.contains(list)) return names;
  if (schema.at(list).is_object()) {
    for (const auto& [name, member] : schema.at(list).as_object()) names.insert(std::string(name));
  } else {
    for (const json::value& name : schema.at(list).as_array()) names.insert(text_of(name));
  }
  return names;
}

class OpenApi : public Http {
 protected:
  struct Operation {
    std::string path;
    std::string method;  // "POST"
    const json::object& described;
  };

  [[nodiscard]] const json::object& resolved(const json::value& value) const {
    const json::object& object = value.as_object();
    if (!object.contains("$ref")) return object;
    const json::value* at = &document_;
    const std::string reference = text_of(object.at("$ref"));
    for (std::size_t from = 2; from < reference.size();) {
      const std::size_t slash = std::min(reference.find('/', from), reference.size());
      at = &at->as_object().at(reference.substr(from, slash - from));
      from = slash + 1;
    }
    return resolved(*at);
  }

  [[nodiscard]] std::vector<Operation> operations() const {
    std::vector<Operation> all;
    for (const auto& [path, methods] : document_.as_object().at("paths").as_object()) {
      for (const auto& [method, described] : methods.as_object()) {
        std::string upper(method);
        for (char& c : upper) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
        all.push_back({std::string(path), upper, described.as_object()});
      }
    }
    return all;
  }

  [[nodiscard]] std::vector<json::object> parameters(const Operation& operation, std::string_view in) const {
    std::vector<json::object> found;
    if (!operation.described.contains("parameters")) return found;
    for (const json::value& each : operation.described.at("parameters").as_array()) {
      if (text_of(resolved(each).at("in")) == in) found.push_back(resolved(each));
    }
    return found;
  }

  static std::string plain(const json::value& value) {
    return value.is_string() ? text_of(value) : json::serialize(value);
  }

  // The path with the examples in it, and the parameters of the query that must be there.
  [[nodiscard]] std::string target(const Operation& operation) const {
    std::string target = operation.path;
    for (const json::object& parameter : parameters(operation, "path")) {
      const std::string braced = "{" + text_of(parameter.at("name")) + "}";
      EXPECT_NE(target.find(braced), std::string::npos) << operation.path;
      target.replace(target.find(braced), braced.size(), cli::encoded(plain(parameter.at("example"))));
    }
    EXPECT_EQ(target.find('{'), std::string::npos) << "a parameter of " << operation.path << " is not described";
    for (const json::object& parameter : parameters(operation, "query")) {
      if (parameter.contains("required")) target = with(target, parameter);
    }
    // One of both is required, which OpenAPI cannot say.
    return operation.path == "/positions" ? target + "?account=C-1" : target;
  }
  static std::string with(const std::string& target, const json::object& parameter) {
    return target + (target.find('?') == std::string::npos ? "?" : "&") + text_of(parameter.at("name")) + "=" +
           cli::encoded(plain(parameter.at("example")));
  }

  // What the example of the body is, with its type and schema; nothing when there is no body.
  struct Body {
    std::string type;
    std::string text;
    json::value example;
    const json::object* schema = nullptr;
  };
  [[nodiscard]] std::optional<Body> body(const Operation& operation) const {
    if (!operation.described.contains("requestBody")) return std::nullopt;
    const json::object& content = operation.described.at("requestBody").as_object().at("content").as_object();
    const auto& only = *content.begin();
    const json::value& example = only.value().as_object().at("example");
    return Body{std::string(only.key()), plain(example), example, &resolved(only.value().as_object().at("schema"))};
  }

  Reply ask(const Operation& operation, const std::string& target, const std::optional<Body>& body,
            bool with_key = true) {
    const bool upgrades = operation.path == "/stream" && operation.method == "GET";
    std::string head = operation.method + " " + target + " HTTP/1.1\r\nHost: localhost\r\n" +
                       (upgrades ? "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                 : "Connection: close\r\n");
    for (const json::object& header : parameters(operation, "header")) {
      if (!with_key && text_of(header.at("name")) == "Idempotency-Key") continue;
      head += text_of(header.at("name")) + ": " + plain(header.at("example")) + "\r\n";
    }
    if (body) head += "Content-Type: " + body->type + "\r\n";
    const std::string bytes = body ? body->text : "";
    const std::string request = head + "Content-Length: " + std::to_string(bytes.size()) + "\r\n\r\n" + bytes;
    if (upgrades) return head_of(request);
    Reply reply = raw(request);
    // One job at a time: the one before is at its end in a moment.
    for (int tries = 0; target.starts_with("/jobs/") && reply.status == 503 && tries < 1'000; ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      reply = raw(request);
    }
    return reply;
  }

  // What begins a stream does not end by itself.
  Reply head_of(const std::string& request) {
    Client client(server_->port());
    client.send(request);
    std::string head;
    for (std::string byte; head.find("\r\n\r\n") == std::string::npos; head += byte) {
      byte = client.read(1);
      if (byte.empty()) break;
    }
    Reply reply = split(head);
    const std::size_t length = reply.head.find("Content-Length: ");
    if (length != std::string::npos) reply.body = client.read(std::stoul(reply.head.substr(length + 16)));
    return reply;
  }

  static std::string name(const Operation& operation) { return operation.method + " " + operation.path; }

  // The first answer that is described; where it is that of a dry run, the one behind it.
  static const json::key_value_pair& success(const Operation& operation) {
    const json::object& responses = operation.described.at("responses").as_object();
    return responses.contains("201") ? *responses.find("201") : *responses.begin();
  }

  json::value document_ = json::parse(openapi_document());
};

TEST_F(OpenApi, IsServed) {
  const Reply reply = get("/openapi.json");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, openapi_document());
  EXPECT_EQ(text_of(reply.object().at("openapi")).substr(0, 4), "3.1.");
}

TEST_F(OpenApi, HasEachRouteWithItsRoleAndNoOther) {
  std::set<std::string> described;
  for (const Operation& operation : operations()) {
    described.insert(name(operation) + " " + text_of(operation.described.at("x-role")));
  }
  std::set<std::string> served;
  for (const Route& route : routes()) {
    served.insert(std::string(route.method) + " " + std::string(route.path) + " " + std::string(text(route.role)));
  }
  EXPECT_EQ(described, served);
}

TEST_F(OpenApi, SaysWhatIsAnswered) {
  for (const Operation& operation : operations()) {
    const Reply reply = ask(operation, target(operation), body(operation));
    const auto& [status, answer] = success(operation);
    EXPECT_EQ(std::to_string(reply.status), status) << name(operation) << reply.body;
    if (reply.status == 101) continue;
    const json::object& content = answer.as_object().at("content").as_object();
    EXPECT_NE(reply.head.find("Content-Type: " + std::string(content.begin()->key()) + "\r\n"), std::string::npos);
    if (reply.status >= 300 || content.begin()->key() != "application/json") continue;
    const json::object schema = resolved(content.begin()->value().as_object().at("schema"));
    const json::object object = reply.object();
    for (const std::string& member : names_in(schema, "required")) {
      EXPECT_TRUE(object.contains(member)) << name(operation) << " answers without " << member << reply.body;
    }
    if (!schema.contains("properties")) continue;
    for (const auto& [member, value] : object) {
      EXPECT_TRUE(names_in(schema, "properties").contains(std::string(member))) << name(operation) << member;
    }
  }
}

TEST_F(OpenApi, HasNoMethodThatIsRefusedAndNoneMissing) {
  std::map<std::string, std::set<std::string>> methods;
  for (const Operation& operation : operations()) methods[operation.path].insert(operation.method);
  for (const Operation& operation : operations()) {
    for (const std::string method : {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}) {
      const Operation other{operation.path, method, operation.described};
      const Reply reply = ask(other, target(operation), std::nullopt);
      // A path that is given by name may be one with parameters too.
      const bool shared = operation.path.starts_with("/jobs/") && methods["/jobs/{job}"].contains(method);
      EXPECT_EQ(reply.status == 405, !shared && !methods[operation.path].contains(method)) << name(other);
      EXPECT_NE(reply.status, 0) << name(other);
    }
  }
}

TEST_F(OpenApi, SaysWhichParametersThereAre) {
  for (const Operation& operation : operations()) {
    std::string all = target(operation);
    std::set<std::string> known;
    for (const json::object& parameter : parameters(operation, "query")) {
      known.insert(text_of(parameter.at("name")));
      const bool one_of_two = operation.path == "/positions";
      const bool by_kind = operation.path == "/jobs/{job}" && operation.method == "POST";  // of replay or of verify
      if (!parameter.contains("required") && !one_of_two && !by_kind) all = with(all, parameter);
    }
    EXPECT_EQ(std::to_string(ask(operation, all, body(operation)).status), success(operation).key())
        << all << ask(operation, all, body(operation)).body;
    const Reply reply = ask(operation, with(target(operation), {{"name", "zzz"}, {"example", "1"}}), body(operation));
    EXPECT_EQ(reply.status, 400) << name(operation);
    if (operation.path.starts_with("/jobs/") && operation.method == "POST") continue;  // tells the wrong one only
    const std::string told = text_of(reply.object().at("detail"));
    std::string wanted;
    for (const std::string& parameter : known) wanted += (wanted.empty() ? "" : ", ") + parameter;
    std::set<std::string> told_names;
    const std::size_t at = told.find("known are ");
    std::string rest = at == std::string::npos ? "" : told.substr(at + 10, told.size() - at - 11);
    while (!rest.empty()) {
      const std::size_t comma = std::min(rest.find(", "), rest.size());
      told_names.insert(rest.substr(0, comma));
      rest.erase(0, comma + 2);
    }
    EXPECT_EQ(told_names, known) << name(operation) << told;
  }
}

TEST_F(OpenApi, SaysWhatNeedsAnIdempotencyKey) {
  for (const Operation& operation : operations()) {
    bool needs_one = false;
    for (const json::object& header : parameters(operation, "header")) {
      needs_one = needs_one || text_of(header.at("name")) == "Idempotency-Key";
    }
    const Reply reply = ask(operation, target(operation), body(operation), false);
    EXPECT_EQ(reply.status == 400, needs_one) << name(operation) << reply.body;
    EXPECT_EQ(reply.body.find("Idempotency-Key is missing") != std::string::npos, needs_one) << reply.body;
  }
}

// Bodies: each member, and each of the objects in its lists.
class OpenApiBodies : public OpenApi {
 protected:
  static std::string places(const Reply& reply) {
    std::string told = "|";
    if (!reply.object().contains("errors")) return told;
    const json::object document = reply.object();
    for (const json::value& error : document.at("errors").as_array()) {
      told += text_of(error.as_object().at("place")) + ": " + text_of(error.as_object().at("message")) + "|";
    }
    return told;
  }
  std::string wrong(const Operation& operation, const Body& body, const json::value& changed) {
    Body other = body;
    other.text = json::serialize(changed);
    const Reply reply = ask(operation, target(operation), other);
    EXPECT_EQ(reply.status, 422) << name(operation) << other.text << reply.body;
    return reply.status == 422 ? places(reply) : "";
  }
  // `at` finds the object that `schema` describes within a copy of the example; `place` is what an error calls it.
  using At = std::function<json::object&(json::value&)>;
  void check(const Operation& operation, const Body& body, const json::object& schema, const At& at,
             const std::string& place) {
    json::value changed = body.example;
    at(changed)["zzzzzzzz"] = "1";
    const std::string told = wrong(operation, body, changed);
    std::string known = "|" + place + "zzzzzzzz: is not known; ";
    EXPECT_NE(told.find(known), std::string::npos) << name(operation) << told;
    const std::size_t from = told.find(known) + known.size();
    std::string list = told.substr(from, told.find('|', from) - from);
    std::set<std::string> told_names;
    if (list.starts_with("known are ")) list.erase(0, 10);
    if (list == "there are none") list.clear();
    while (!list.empty()) {
      const std::size_t comma = std::min(list.find(", "), list.size());
      told_names.insert(list.substr(0, comma));
      list.erase(0, comma + 2);
    }
    EXPECT_EQ(told_names, names_in(schema, "properties")) << name(operation) << place;
    json::value example = body.example;
    for (const std::string& member : names_in(schema, "properties")) {
      ASSERT_TRUE(at(example).contains(member)) << "the example of " << name(operation) << " has no " << member;
      check_member(operation, body, schema, at, place, member);
    }
  }
  void check_member(const Operation& operation, const Body& body, const json::object& schema, const At& at,
                    const std::string& place, const std::string& member) {
    json::value changed = body.example;
    if (names_in(schema, "required").contains(member)) {
      at(changed).erase(member);
      const std::string told = wrong(operation, body, changed);
      EXPECT_NE(told.find("|" + place + member + ": is "), std::string::npos) << name(operation) << told;
      changed = body.example;
    }
    at(changed)[member] = json::object{{"of", "another type"}};
    EXPECT_NE(wrong(operation, body, changed).find("|" + place + member + ": must be "), std::string::npos) << member;
    const json::object& described = resolved(schema.at("properties").as_object().at(member));
    if (described.contains("enum")) {
      for (const json::value& word : described.at("enum").as_array()) {
        changed = body.example;
        at(changed)[member] = word;
        Body other = body;
        other.text = json::serialize(changed);
        const Reply reply = ask(operation, target(operation), other);
        EXPECT_EQ(places(reply).find("|" + place + member + ":"), std::string::npos) << reply.body;
      }
      changed = body.example;
      at(changed)[member] = "zzz";
      EXPECT_NE(wrong(operation, body, changed).find("|" + place + member + ": "), std::string::npos) << member;
    }
    if (!described.contains("items") || !resolved(described.at("items")).contains("properties")) return;
    check(
        operation, body, resolved(described.at("items")),
        [at, member](json::value& value) -> json::object& { return at(value)[member].as_array().at(0).as_object(); },
        place + member + "[0].");
  }
};

TEST_F(OpenApiBodies, AreReadAsDescribed) {
  for (const Operation& operation : operations()) {
    const std::optional<Body> described = body(operation);
    if (!described || described->type != "application/json") continue;
    // What has no members but must be sent, so that a web page cannot: {} is all that there is.
    if (operation.path.starts_with("/jobs/") || operation.path.ends_with("/cancel")) continue;
    check(
        operation, *described, *described->schema,
        [](json::value& value) -> json::object& { return value.as_object(); }, "");
  }
}

// The columns of the views, in a database that has nothing in it.
TEST_F(OpenApi, DescribesTheRowsOfTheViews) {
  const std::string file = testing::TempDir() + "openapi_test.db";
  std::remove(file.c_str());
  {
    sqlite::Database database(file, sqlite::Database::Mode::read_write_create);
    database.run(table_sql());
    database.run(view_sql());
  }
  SqliteReadModel model(file);
  const auto table = [&](Table which) { return model.table({.table = which, .of = "X", .account = {}}); };
  const std::vector<std::pair<const char*, core::Result<Rows>>> views{
      {"Order", model.orders({})},
      {"Fill", model.fills(core::OrderId("X"))},
      {"Part", model.parts(core::OrderId("X"))},
      {"LogEntry", model.trade_log(0, 1)},
      {"Position", table(Table::account_positions)},
      {"Account", table(Table::accounts)},
      {"GroupMember", table(Table::account_groups)},
      {"Instrument", table(Table::instruments)},
      {"Model", table(Table::models)},
      {"Target", table(Table::targets)},
      {"TargetVersion", table(Table::target_versions)},
      {"Proposal", table(Table::proposals)},
      {"ProposalOrder", table(Table::proposal_orders)},
      {"ProposalLeg", table(Table::proposal_legs)},
      {"ProposalMove", table(Table::proposal_moves)},
      {"ProposalSleeve", table(Table::proposal_sleeves)},
      {"ProposalLine", table(Table::proposal_lines)},
      {"ProposalQuote", table(Table::proposal_quotes)},
      {"ProposalWarning", table(Table::proposal_warnings)}};
  const json::object& schemas = document_.as_object().at("components").as_object().at("schemas").as_object();
  for (const auto& [name, rows] : views) {
    ASSERT_TRUE(rows.has_value()) << name << rows.error().text();
    EXPECT_EQ(names_in(schemas.at(name).as_object(), "properties"),
              std::set<std::string>(rows->columns.begin(), rows->columns.end()))
        << name;
  }
  std::vector<std::string> breaks = table(Table::breaks)->columns;
  breaks.emplace_back("advice");
  EXPECT_EQ(names_in(schemas.at("Break").as_object(), "properties"),
            std::set<std::string>(breaks.begin(), breaks.end()));
  std::remove(file.c_str());
}

}  // namespace
}  // namespace gateway
