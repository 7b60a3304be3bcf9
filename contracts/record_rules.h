// What fields of one record ask of each other. Internal to contracts/. Pure.
#pragma once

#include "contracts/record_view.h"

namespace suyuan::contracts {

// Trigger of a conditional field. Aborts for a field that is not conditional.
Due ConditionalDue(uint16_t field, const RecordView& record);
// Relations between the values of one record that no single field shows.
Status CheckRelations(const RecordView& record);

}  // namespace suyuan::contracts
