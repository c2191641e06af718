#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/id.hpp"
#include "core/order_terms.hpp"
#include "core/scaled.hpp"
#include "core/time.hpp"
#include "gateway/journal/event.hpp"
#include "portfolio/proposal.hpp"
#include "portfolio/targets.hpp"

// What people ask of the gateway about models: to keep them, and to propose and carry out what moves money in them.
// Text that a person typed stays text here; the engine reads it and says what is wrong with it.
namespace gateway {

struct CreateModel {
  std::string code;
  std::string name;
  std::string currency;
};

struct RenameModel {
  core::ModelCode model;
  std::string name;
};

struct SaveTargets {
  core::ModelCode model;
  std::vector<portfolio::TargetRow> targets;  // none, or all zero: the model is dynamic
  std::string why;                            // for the record; may be empty
};

// An account, or a group of them, and an amount where the operation takes one: "5000.00" for each of them; for a
// divestment empty or "all" is all that the sleeve holds.
struct Participant {
  std::string account;
  std::string amount;
};

struct ModelPercent {
  core::ModelCode model;
  std::string percent;
};

struct Propose {
  portfolio::Operation operation{};
  core::ModelCode model;                  // of all but a reallocation
  std::vector<Participant> accounts;      // none: all, in a rebalance
  std::vector<ModelPercent> allocations;  // of a reallocation
  std::string percent;                    // of a withdrawal
  bool transfer_positions = false;        // invest: from Independent; divest: to it
  bool keep_model = false;                // divest: when the last investor leaves
  core::OrderType type = core::OrderType::market;
  core::TimeInForce time_in_force = core::TimeInForce::day;
  std::vector<std::string> leave_out;  // accounts or groups that take no part
};

// What a person changes in a staged order; its place counts from 1.
struct OrderChange {
  std::int64_t place = 0;
  std::optional<core::Quantity> quantity;  // 0: without this order
  std::optional<core::OrderType> type;
  std::optional<core::Price> limit;
  std::optional<core::TimeInForce> time_in_force;
};

// The hash, where there is one, is that of the preview that was looked at; another is refused.
struct EditProposal {
  std::string proposal;
  std::string hash;
  std::vector<OrderChange> orders;
  std::vector<std::string> leave_out;
};

// Books stakes and what moves at once; the orders stay staged.
struct SaveProposal {
  std::string proposal;
  std::string hash;
};

// Sends orders, all that are staged unless some are named; what is not saved is booked first.
struct TransmitProposal {
  std::string proposal;
  std::string hash;
  std::vector<std::int64_t> places;
  core::SessionName broker;  // empty: the desk's default
};

struct DiscardProposal {
  std::string proposal;
};

// What is missing of an incomplete proposal is staged again.
struct FinishProposal {
  std::string proposal;
};

// A proposal that is saved or incomplete is taken as it is.
struct CloseProposal {
  std::string proposal;
};

// A name that stands for accounts wherever one may stand; without accounts the name is gone.
struct GroupAccounts {
  std::string group;
  std::vector<core::AccountId> accounts;
};

// Money that a client brings, or takes back when it is below zero: in or out of Independent.
struct MoveClientCash {
  core::AccountId account;
  std::string amount;
  std::string currency;  // empty: the account's
};

struct BringPrices {
  std::vector<PriceRow> prices;  // a time of zero: now
};

// A file that people keep with other programs: what it says differently from the desk is carried out, all of it or
// none. What it does not mention stays as it is; but a model or a group that it mentions is as its lines say.
enum class FileKind { accounts, groups, instruments, models, positions, prices };
struct FileColumn {
  std::string_view name;
  bool is_required = true;
};
[[nodiscard]] std::string_view text(FileKind kind);  // "accounts"
[[nodiscard]] std::span<const FileColumn> columns_of(FileKind kind);

struct FileRow {
  std::string place;               // "models.csv:7"
  std::vector<std::string> cells;  // in the order of columns_of(); "" for what is not there
};
struct ImportFile {
  FileKind kind{};
  std::vector<FileRow> rows;
  bool dry_run = false;  // only what it would change
  std::string name{};    // of the file, for what is wrong with it as a whole
};

using DeskWish = std::variant<CreateModel, RenameModel, SaveTargets, Propose, EditProposal, SaveProposal,
                              TransmitProposal, DiscardProposal, FinishProposal, CloseProposal, GroupAccounts,
                              MoveClientCash, BringPrices, ImportFile>;

}  // namespace gateway
