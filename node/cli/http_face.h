// The HTTP server of a running node: threads, io_context, api routes over the node's gateway.
#pragma once

#include <memory>
#include <string>

#include "api/gateway.h"
#include "common/result.h"

namespace suyuan::cli {

class HttpFace {
 public:
  // `listen` is host:port. `gateway` outlives the face. E_CONFIG, E_PORT.
  static Result<std::unique_ptr<HttpFace>> Start(const std::string& listen, api::Gateway& gateway);
  // Lets running requests finish for a moment, then ends.
  ~HttpFace();
  HttpFace(const HttpFace&) = delete;

 private:
  struct Impl;
  explicit HttpFace(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace suyuan::cli
