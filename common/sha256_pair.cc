#include "common/sha256_pair.h"

#include "common/check.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace suyuan::internal {

#if defined(__x86_64__)
namespace {

#define SUYUAN_SHA __attribute__((target("sha,sse4.1"), always_inline)) inline

// FIPS 180-4 §4.2.2, §5.3.3.
alignas(64) constexpr uint32_t kRoundConstants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

// The working variables a…h in the order that the instructions want, and 16 words of the message
// schedule.
struct Lane {
  __m128i abef, cdgh, words[4];
};

// Bytes of four big-endian words to words and back.
SUYUAN_SHA __m128i Swap(__m128i v) {
  return _mm_shuffle_epi8(v, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

SUYUAN_SHA void Begin(Lane& lane) {
  lane.abef = _mm_set_epi32(0x6a09e667, static_cast<int>(0xbb67ae85), 0x510e527f,
                            static_cast<int>(0x9b05688c));
  lane.cdgh = _mm_set_epi32(0x3c6ef372, static_cast<int>(0xa54ff53a), 0x1f83d9ab, 0x5be0cd19);
}

SUYUAN_SHA void Load(Lane& lane, const uint8_t* block) {
  for (int i = 0; i < 4; ++i)
    lane.words[i] = Swap(_mm_loadu_si128(reinterpret_cast<const __m128i*>(block + 16 * i)));
}

// Rounds 4 kGroup to 4 kGroup + 3.
template <int kGroup>
SUYUAN_SHA void FourRounds(Lane& lane) {
  __m128i* w = lane.words;
  if constexpr (kGroup >= 4) {
    const __m128i seven_back = _mm_alignr_epi8(w[(kGroup + 3) % 4], w[(kGroup + 2) % 4], 4);
    const __m128i sum =
        _mm_add_epi32(_mm_sha256msg1_epu32(w[kGroup % 4], w[(kGroup + 1) % 4]), seven_back);
    w[kGroup % 4] = _mm_sha256msg2_epu32(sum, w[(kGroup + 3) % 4]);
  }
  const __m128i constants =
      _mm_load_si128(reinterpret_cast<const __m128i*>(kRoundConstants + 4 * kGroup));
  const __m128i sum = _mm_add_epi32(w[kGroup % 4], constants);
  lane.cdgh = _mm_sha256rnds2_epu32(lane.cdgh, lane.abef, sum);
  lane.abef = _mm_sha256rnds2_epu32(lane.abef, lane.cdgh, _mm_shuffle_epi32(sum, 0x0E));
}

template <int kGroup>
SUYUAN_SHA void Both(Lane& a, Lane& b) {
  FourRounds<kGroup>(a);
  FourRounds<kGroup>(b);
  if constexpr (kGroup < 15) Both<kGroup + 1>(a, b);
}

SUYUAN_SHA void Add(Lane& lane, __m128i abef, __m128i cdgh) {
  lane.abef = _mm_add_epi32(lane.abef, abef);
  lane.cdgh = _mm_add_epi32(lane.cdgh, cdgh);
}

SUYUAN_SHA void Store(const Lane& lane, uint8_t* digest) {
  const __m128i abef = _mm_shuffle_epi32(lane.abef, 0x1B);
  const __m128i cdgh = _mm_shuffle_epi32(lane.cdgh, 0x1B);
  auto* out = reinterpret_cast<__m128i*>(digest);
  _mm_storeu_si128(out, Swap(_mm_unpacklo_epi64(abef, cdgh)));
  _mm_storeu_si128(out + 1, Swap(_mm_unpackhi_epi64(abef, cdgh)));
}

#undef SUYUAN_SHA

bool Detect() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned kSse41 = 1u << 19, kSha = 1u << 29;
  if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & kSse41) == 0) return false;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kSha) != 0;
}

}  // namespace

bool HasSha256Pair() {
  static const bool has = Detect();
  return has;
}

__attribute__((target("sha,sse4.1"))) void Sha256Pair(const uint8_t* first, const uint8_t* second,
                                                      size_t blocks, uint8_t* first_digest,
                                                      uint8_t* second_digest) {
  Lane a, b;
  Begin(a);
  Begin(b);
  for (; blocks > 0; --blocks, first += 64, second += 64) {
    const __m128i a_abef = a.abef, a_cdgh = a.cdgh, b_abef = b.abef, b_cdgh = b.cdgh;
    Load(a, first);
    Load(b, second);
    Both<0>(a, b);
    Add(a, a_abef, a_cdgh);
    Add(b, b_abef, b_cdgh);
  }
  Store(a, first_digest);
  Store(b, second_digest);
}

#else

bool HasSha256Pair() { return false; }

void Sha256Pair(const uint8_t*, const uint8_t*, size_t, uint8_t*, uint8_t*) {
  SUYUAN_CHECK(false, "no instructions for it");
}

#endif

}  // namespace suyuan::internal
