// Fields that their owners have published (requirements 6.9), for everybody who is shown the
// entity: the values in the openings beside the DISCLOSURE_SET, and fields for members that are
// open to all now.
#pragma once

#include "api/entity_view.h"
#include "api/opened.h"

namespace suyuan::api {

// Adds what is published of the fields as they stand in `view`; a value whose commitment is another
// one than the opening's, because a later version replaced it, is not published. `state` is the
// view's. One seek in the state when nothing is published. E_NOT_FOUND, E_CORRUPT, E_IO.
Status AddPublished(const Gateway& gateway, const contracts::StateReader& state,
                    ledger::EntityKind kind, ByteView id, const EntityView& view,
                    OpenedFields& opened);

}  // namespace suyuan::api
