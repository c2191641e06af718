#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "files/csv.hpp"
#include "files/text.hpp"
#include "gateway/http/desk_api.hpp"
#include "gateway/http/json.hpp"

// Files that people keep with other programs, in and out as CSV: what is exported, edited and imported again changes
// exactly what was edited.
namespace gateway {

namespace {

constexpr std::size_t max_errors = 50;  // told of one file
constexpr std::size_t max_lines = 1'000'000;

std::optional<FileKind> kind_of(const std::string& name) {
  for (const FileKind kind : {FileKind::accounts, FileKind::groups, FileKind::instruments, FileKind::models,
                              FileKind::positions, FileKind::prices}) {
    if (text(kind) == name) return kind;
  }
  return std::nullopt;
}

Table table_of(FileKind kind) {
  switch (kind) {
    case FileKind::groups: return Table::group_file;
    case FileKind::instruments: return Table::instrument_file;
    case FileKind::models: return Table::model_file;
    case FileKind::positions: return Table::position_file;
    default: return Table::account_file;
  }
}

HttpResponse csv_of(const Rows& rows) {
  std::vector<std::vector<std::string>> cells;
  for (const auto& row : rows.rows) {
    auto& line = cells.emplace_back();
    for (const auto& cell : row) line.push_back(cell.value_or(""));
  }
  HttpResponse response{200, files::write_csv(rows.columns, cells)};
  response.content_type = "text/csv";
  return response;
}

// Those of the prices, in the columns of their file: what an export says is what an import reads.
Rows price_file(const Rows& viewed) {
  Rows rows{{"Symbol", "Price", "Time"}, {}};
  for (const auto& row : viewed.rows) {
    if (!row[1]->empty()) rows.rows.push_back({row[0], row[1], row[3]});
  }
  return rows;
}

HttpResponse wrong_file(std::vector<core::Error> errors, const std::string& name) {
  if (errors.size() > max_errors) {
    const std::size_t more = errors.size() - max_errors;
    errors.resize(max_errors);
    errors.push_back({name, "and " + std::to_string(more) + " more errors"});
  }
  return problem(errors);
}

tl::expected<ImportFile, HttpResponse> read_file(std::string_view body, const std::string& name, FileKind kind) {
  files::Errors errors;
  const auto csv = files::Csv::parse(body, name, {.bytes = max_http_file_bytes, .rows = max_lines}, errors);
  if (!csv) return tl::unexpected(wrong_file(csv.error(), name));
  std::vector<files::CsvColumn> known;
  for (const FileColumn& column : columns_of(kind)) known.push_back({column.name, column.is_required});
  const auto places = csv->find_columns(known);
  if (!places) return tl::unexpected(wrong_file(places.error(), name));
  if (!errors.empty()) return tl::unexpected(wrong_file(std::move(errors), name));
  ImportFile file{.kind = kind, .rows = {}};
  file.rows.reserve(csv->rows().size());
  for (std::size_t i = 0; i < csv->rows().size(); ++i) {
    FileRow& row = file.rows.emplace_back(FileRow{csv->place(i), {}});
    for (const auto& place : *places) {
      row.cells.emplace_back(place ? std::string(files::trimmed(csv->rows()[i][*place].text)) : std::string());
    }
  }
  return file;
}

HttpResponse imported(const Answer& answer, bool dry_run) {
  if (!answer.refusals.empty()) {
    Answer shown = answer;
    if (shown.refusals.size() > max_errors) {
      const std::size_t more = shown.refusals.size() - max_errors;
      shown.refusals.resize(max_errors);
      shown.refusals.push_back({RefusalCode::malformed, "", "and " + std::to_string(more) + " more errors"});
    }
    return problem(shown.refusals);
  }
  boost::json::array changes;
  for (const std::string& change : answer.changes) changes.emplace_back(files::cleaned(change));
  boost::json::object object{{"dry_run", dry_run}, {"changes", std::move(changes)}};
  if (answer.repeated) object["repeated"] = true;
  return {200, boost::json::serialize(object)};
}

}  // namespace

void DeskApi::file(const Call& call, const std::string& name, const Respond& respond) {
  const std::optional<FileKind> kind = kind_of(name);
  if (!kind) return respond(call.unknown_path());
  if (call.is("POST")) return import_file(call, *kind, respond);
  if (!call.is("GET")) return respond(wrong_method("GET, POST"));
  if (auto refusal = call.wrong_query({})) return respond(*std::move(refusal));
  export_file(*kind, respond);
}

void DeskApi::export_file(FileKind kind, const Respond& respond) {
  if (kind == FileKind::prices) {
    ViewRequest request{.view = ViewRequest::View::prices, .model = {}, .account = {}, .currency = {}};
    request.limit = static_cast<int>(max_lines);
    return port_.look(std::move(request), [respond](const Viewed& viewed) {
      respond(viewed.refusals.empty() ? csv_of(price_file(viewed.rows)) : problem(viewed.refusals));
    });
  }
  read(
      [kind](ReadModel& model) {
        const auto rows = model.table({.table = table_of(kind), .of = {}, .account = {}, .limit = -1});
        return rows ? csv_of(*rows) : unreadable(rows.error());
      },
      respond);
}

void DeskApi::import_file(const Call& call, FileKind kind, const Respond& respond) {
  if (auto refusal = call.wrong_query({"dry_run", "name"})) return respond(*std::move(refusal));
  if (auto refusal = call.wrong_content_type("text/csv")) return respond(*std::move(refusal));
  const auto dry_run = call.flag("dry_run", false);
  if (!dry_run) return respond(dry_run.error());
  std::string name = call.parameter("name");
  if (name.empty()) name = std::string(text(kind)) + ".csv";
  if (name.size() > 255 || !is_printable(name)) {
    return respond(problem(400, "The parameter name must be printable, 255 bytes at most."));
  }
  auto read = read_file(call.request.body, name, kind);
  if (!read) return respond(std::move(read.error()));
  auto who = call.caller(*dry_run);
  if (!who) return respond(std::move(who.error()));
  read->dry_run = *dry_run;
  read->name = name;
  const std::string asked = "import " + std::string(text(kind)) + "\n" + call.request.body;
  port_.submit(DeskCommand{*std::move(who), *std::move(read), asked},
               [respond, dry_run = *dry_run](const Answer& answer) { respond(imported(answer, dry_run)); });
}

}  // namespace gateway
