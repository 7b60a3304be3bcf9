// The part of the consumer page that shows what its owners have published by their own choice
// (requirements 1.3 OPT and MEM, 6.9), marked as such. A value that breaks a rule of its field is
// named as one and not shown: nobody should take it for good.
#pragma once

#include "api/opened.h"
#include "api/page.h"
#include "api/trace.h"

namespace suyuan::api {

// "产品记录", "Product record" …
std::string_view RecordLabel(const Page& page, ledger::EntityKind kind);
// Nothing where nothing is published.
void PublishedPart(Page& page, const Trace& trace, const OpenedFields& published);

}  // namespace suyuan::api
