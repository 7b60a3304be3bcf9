#include "contracts/fields.h"

#include <algorithm>
#include <array>
#include <vector>

#include "contracts/field_numbers.h"
#include "contracts/fields_table.h"

namespace suyuan::contracts {
namespace {

struct Section {
  uint8_t number;
  std::string_view name;
  std::span<const FieldInfo> (*fields)();
};

constexpr std::array kSections = {
    Section{party_field::kSection, "party", table::PartyFields},
    Section{product_field::kSection, "product", table::ProductFields},
    Section{batch_field::kSection, "batch", table::BatchFields},
    Section{code_field::kSection, "code", table::CodeFields},
    Section{flow_field::kSection, "flow", table::FlowFields},
    Section{document_field::kSection, "document", table::DocumentFields},
    Section{material_field::kSection, "material", table::MaterialFields},
    Section{catalog_field::kSection, "catalog", table::CatalogFields},
    Section{node_field::kSection, "node", table::NodeFields},
    Section{command_field::kSection, "command", table::CommandFields},
};

const Section* FindSection(uint8_t number) {
  const auto* it = std::ranges::find(kSections, number, &Section::number);
  return it == kSections.end() ? nullptr : it;
}

std::vector<FieldInfo> JoinSections() {
  std::vector<FieldInfo> all;
  for (const Section& section : kSections) {
    for (const FieldInfo& field : section.fields()) {
      // Rows are numbered without gaps, so that FindField is an index.
      SUYUAN_CHECK(field.number == (section.number << 8 | (&field - section.fields().data() + 1)),
                   field.identifier);
      all.push_back(field);
    }
  }
  return all;
}

}  // namespace

std::string_view ToString(DisclosureClass value) {
  switch (value) {
    case DisclosureClass::kPub:
      return "PUB";
    case DisclosureClass::kPubc:
      return "PUBC";
    case DisclosureClass::kMem:
      return "MEM";
    case DisclosureClass::kOpt:
      return "OPT";
    case DisclosureClass::kCpty:
      return "CPTY";
    case DisclosureClass::kChain:
      return "CHAIN";
    case DisclosureClass::kReg:
      return "REG";
    case DisclosureClass::kPrv:
      return "PRV";
    case DisclosureClass::kOfContent:
      return "class of content";
  }
  return "";
}

bool IsClear(DisclosureClass value) {
  return value == DisclosureClass::kPub || value == DisclosureClass::kPubc ||
         value == DisclosureClass::kMem;
}

std::span<const FieldInfo> AllFields() {
  static const std::vector<FieldInfo> fields = JoinSections();
  return fields;
}

std::span<const FieldInfo> FieldsOfSection(uint8_t section) {
  const Section* found = FindSection(section);
  return found == nullptr ? std::span<const FieldInfo>{} : found->fields();
}

const FieldInfo* FindField(uint16_t number) {
  const auto fields = FieldsOfSection(static_cast<uint8_t>(number >> 8));
  const size_t row = number & 0xFF;
  return row == 0 || row > fields.size() ? nullptr : &fields[row - 1];
}

const FieldInfo* FindField(uint8_t section, std::string_view identifier) {
  for (const FieldInfo& field : FieldsOfSection(section)) {
    if (field.identifier == identifier) return &field;
  }
  return nullptr;
}

std::string_view SectionName(uint8_t section) {
  const Section* found = FindSection(section);
  return found == nullptr ? std::string_view{} : found->name;
}

std::string QualifiedName(const FieldInfo& field) {
  return std::string(SectionName(field.section())) + "." + std::string(field.identifier);
}

const FieldInfo* FindQualifiedField(std::string_view name) {
  const size_t dot = name.find('.');
  const FieldInfo* found = nullptr;
  for (const Section& section : kSections) {
    if (dot != std::string_view::npos && section.name == name.substr(0, dot))
      return FindField(section.number, name.substr(dot + 1));
    const FieldInfo* here = FindField(section.number, name);
    if (here != nullptr && found != nullptr) return nullptr;  // means two fields
    if (here != nullptr) found = here;
  }
  return found;
}

}  // namespace suyuan::contracts
