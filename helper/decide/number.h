/* Text to number, once for policy, options and ids: first digit, end, range, overflow. */
#ifndef SBX_NUMBER_H
#define SBX_NUMBER_H
#include <stdbool.h>
#include <stdint.h>
#include "../tables.h"

/* Decimal digits only (no sign, blank, leading zero but "0" itself), whole string, min..max inclusive. */
bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value) __attribute__((nonnull, warn_unused_result));
/* A number with the unit's suffix, as enum sbx_unit says; min..max are in the unit that the program holds. */
bool number_parse_unit(const char *text, enum sbx_unit unit, uint64_t min, uint64_t max, uint64_t *value)
	__attribute__((nonnull, warn_unused_result));
/* The text of a limit, by its row. On failure `why` quotes it and says what was expected, or between which bounds. */
#define SBX_WHY_BYTES 192
bool number_parse_limit(const char *text, const struct sbx_limit_row *row, uint64_t *value, char why[SBX_WHY_BYTES])
	__attribute__((nonnull, warn_unused_result));
/* The shortest exact text of a value ("1G", "50%", "60s"), for messages. Always fits 32 bytes. */
void number_format_unit(uint64_t value, enum sbx_unit unit, char text[32]) __attribute__((nonnull));
#endif
