// /t/{code}: the light query of a consumer's phone (DC-6-a). Rendered here, no script, 360 px wide,
// a few kilobytes: the items of GR Table 3 (requirements 3.3), what owners published by their own
// choice, the states, and what this node checked. It says that records were verified, never that
// the item in hand is the real one.
#pragma once

#include <string>

#include "api/http_message.h"
#include "api/opened.h"
#include "api/page_text.h"
#include "api/trace.h"

namespace suyuan::api {

struct PageContext {
  Language language = Language::kChinese;
  uint64_t height = 0;
  uint64_t block_time_ms = 0;  // of that height
  std::string node;
};

// Pure. `published`: what the owners of these records have published (published.h).
std::string RenderTracePage(const Trace& trace, const OpenedFields& published,
                            const PageContext& context);
// For a text that is no code, and for a code that the ledger never issued.
std::string RenderUnknownPage(const std::string& text, bool well_formed,
                              const PageContext& context);
// HTML response with the Content-Security-Policy that its one style sheet needs.
Response PageResponse(int status, std::string html);

}  // namespace suyuan::api
