/* Text to number, once for policy, options and ids. Runs as: any process, computes only. */
#include "number.h"
#include <string.h>
#include "word.h"

/* Suffixes of each unit, smallest first; the factor leads to what the program holds. */
static const struct suffix_row { enum sbx_unit unit; const char *suffix; uint64_t factor; } suffix_rows[] = {
	{ SBX_BYTES, "", 1 }, { SBX_BYTES, "K", 1ull << 10 }, { SBX_BYTES, "M", 1ull << 20 }, { SBX_BYTES, "G", 1ull << 30 },
	{ SBX_BYTES, "T", 1ull << 40 }, { SBX_PERCENT, "%", 1 }, { SBX_COUNT, "", 1 }, { SBX_USEC, "ms", 1000 },
	{ SBX_USEC, "s", 1000000 }, { SBX_USEC, "min", 60000000 }, { SBX_USEC, "h", 3600000000 },
};

static const char *const unit_words[] = {
	[SBX_BYTES] = "a size (a number of bytes, or 1024-based K M G T)", [SBX_PERCENT] = "a share (a whole number and %)",
	[SBX_COUNT] = "a number", [SBX_USEC] = "a duration (a number and its unit: ms s min h)",
};

bool number_parse(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
	return number_parse_unit(text, SBX_COUNT, min, max, value);
}

bool number_parse_unit(const char *text, enum sbx_unit unit, uint64_t min, uint64_t max, uint64_t *value)
{
	size_t digits = strspn(text, SBX_DIGITS), row = 0;
	uint64_t number = 0;
	bool wrong = digits == 0 || (text[0] == '0' && digits > 1);
	for (size_t i = 0; i < digits && !wrong; i++)
		wrong = __builtin_mul_overflow(number, 10u, &number) || __builtin_add_overflow(number, (uint64_t)(text[i] - '0'), &number);
	while (row < COUNT(suffix_rows) && (suffix_rows[row].unit != unit || strcmp(suffix_rows[row].suffix, text + digits) != 0))
		row++;
	if (wrong || row == COUNT(suffix_rows) || __builtin_mul_overflow(number, suffix_rows[row].factor, &number) || number < min || number > max)
		return false;
	*value = number;
	return true;
}

bool number_parse_limit(const char *text, const struct sbx_limit_row *row, uint64_t *value, char why[SBX_WHY_BYTES])
{
	char min[32], max[32];
	uint64_t number;
	if (number_parse_unit(text, row->unit, row->min, row->max, value))
		return true;
	number_format_unit(row->min, row->unit, min);
	number_format_unit(row->max, row->unit, max);
	if (number_parse_unit(text, row->unit, 0, UINT64_MAX, &number) ?
	    !must_format(why, SBX_WHY_BYTES, "\"%.90s\" is outside %s to %s", text, min, max) :
	    !must_format(why, SBX_WHY_BYTES, "\"%.90s\" is not %s", text, unit_words[row->unit]))
		why[0] = '\0';
	return false;
}

void number_format_unit(uint64_t value, enum sbx_unit unit, char text[32])
{
	char candidate[32];
	text[0] = '\0';
	/* No parsed duration is finer than a millisecond, but a measured one may be. */
	if (unit == SBX_USEC && value % 1000 != 0 && must_format(text, 32, "%lluus", (unsigned long long)value))
		return;
	for (const struct suffix_row *row = suffix_rows; row < suffix_rows + COUNT(suffix_rows); row++)
		if (row->unit == unit && value % row->factor == 0 &&
		    must_format(candidate, sizeof candidate, "%llu%s", (unsigned long long)(value / row->factor), row->suffix) &&
		    (text[0] == '\0' || strlen(candidate) < strlen(text)))
			memcpy(text, candidate, strlen(candidate) + 1);
}
