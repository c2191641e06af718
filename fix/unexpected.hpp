#pragma once

// Private to fix/.
namespace fix {

// QuickFIX was compiled with throw(...) specifications: whatever else leaves such a function ends the process. On this
// thread, while one of these lives, any other standard exception becomes a ConfigError with the same text, which is
// what the functions that read configuration may throw. Memory that runs out, say, is then told like any other reason.
class ConfigErrorsOnly {
 public:
  ConfigErrorsOnly();
  ~ConfigErrorsOnly();
  ConfigErrorsOnly(const ConfigErrorsOnly&) = delete;
  ConfigErrorsOnly& operator=(const ConfigErrorsOnly&) = delete;

 private:
  bool before_;
};

}  // namespace fix
