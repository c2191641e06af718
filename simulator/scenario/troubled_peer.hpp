#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "core/random.hpp"
#include "core/time.hpp"
#include "fix/session.hpp"
#include "simulator/scenario/scenario.hpp"

namespace simulator {

// Stands between the network and a session, and does to the bytes of both what a scenario asks for. The session knows
// nothing of it: it has sent what is lost here, and sends it again when it is asked.
class TroubledPeer final : public fix::Peer {
 public:
  // What is handed in must outlive the peer. `seed` is for garbage.
  TroubledPeer(fix::Session& session, const fix::SessionStore& store, const core::Clock& clock, std::uint64_t seed);
  ~TroubledPeer() override;

  void connected(std::shared_ptr<fix::Wire> wire) override;
  void received(std::string_view frame) override;
  void disconnected() override;
  void tick() override { session_.tick(); }
  [[nodiscard]] bool reads() const override { return clock_.now() >= reads_from_; }
  [[nodiscard]] bool wants_connection() const override { return session_.wants_connection(); }
  [[nodiscard]] bool has_logged_on() const override { return session_.has_logged_on(); }
  [[nodiscard]] bool believes_lengths() const override { return session_.believes_lengths(); }

  // Not from inside a callback of the session. REQUIRES: is_about_session(step.what); the session is logged on
  void act(const Step& step);

 private:
  struct Line;
  class OneWire;

  [[nodiscard]] std::string forged(const std::string& type, const std::string& fields) const;
  void write_as_next(const std::string& type, const std::string& fields);
  void write_all_again();
  [[nodiscard]] std::string garbage(std::int64_t bytes);

  fix::Session& session_;
  const fix::SessionStore& store_;
  const core::Clock& clock_;
  core::Random random_;
  std::shared_ptr<Line> line_;
  core::Time reads_from_{};
  bool logged_out_ = false;      // by a step: the client may log on again afterwards
  bool resets_numbers_ = false;  // at the next logon
};

}  // namespace simulator
