/* Numbers: what is taken is in bounds and exact, and its shortest text reads back. Runs as: the developer, no privilege.
   Input: unit, limit row, min and max (8 bytes each), the text. */
#include "fuzz.h"
#include "../../helper/decide/number.h"

/* The value by long addition in 128 bits, suffixes by a switch: nothing of number.c. False: not a number of the unit. */
static bool model(const char *text, enum sbx_unit unit, unsigned __int128 *value)
{
	const unsigned __int128 enough = (unsigned __int128)1 << 64;
	size_t digits = 0;
	*value = 0;
	for (; text[digits] >= '0' && text[digits] <= '9'; digits++)
		*value = *value >= enough ? enough : *value * 10 + (unsigned)(text[digits] - '0');
	if (digits == 0 || (digits > 1 && text[0] == '0'))
		return false;
	const char *suffix = text + digits;
	switch (unit) {
	case SBX_COUNT: return *suffix == '\0';
	case SBX_PERCENT: return strcmp(suffix, "%") == 0;
	case SBX_USEC:
		*value *= strcmp(suffix, "h") == 0 ? 3600000000u : strcmp(suffix, "min") == 0 ? 60000000u : strcmp(suffix, "s") == 0 ? 1000000u : 1000u;
		return strcmp(suffix, "h") == 0 || strcmp(suffix, "min") == 0 || strcmp(suffix, "s") == 0 || strcmp(suffix, "ms") == 0;
	default:
		for (const char *letter = "KMGT"; *suffix != '\0' && *letter != '\0'; letter++) {
			*value <<= 10;
			if (*letter == *suffix)
				return suffix[1] == '\0';
		}
		return *suffix == '\0';
	}
}

static void check_format(uint64_t value, enum sbx_unit unit, size_t longest)
{
	char *text = malloc(32);
	uint64_t again;
	number_format_unit(value, unit, text);
	EXPECT(memchr(text, '\0', 32) != NULL && strlen(text) <= longest);
	if (unit == SBX_USEC && value % 1000 != 0) { /* measured, not parsed: for people only */
		EXPECT(strtoull(text, NULL, 10) == value && strstr(text, "us") != NULL);
	} else {
		EXPECT(number_parse_unit(text, unit, value, value, &again) && again == value);
	}
	free(text);
}

static void check_limit(const char *text, const struct sbx_limit_row *row)
{
	char *why = malloc(SBX_WHY_BYTES);
	uint64_t value, same;
	bool right = number_parse_limit(text, row, &value, why);
	EXPECT(right == number_parse_unit(text, row->unit, row->min, row->max, &same));
	EXPECT(right ? value == same && value >= row->min && value <= row->max :
		       memchr(why, '\0', SBX_WHY_BYTES) != NULL && why[0] == '"' && strstr(why, "\" is ") != NULL);
	free(why);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct input in = { data, size };
	enum sbx_unit unit = input_number(&in, 1) % (SBX_USEC + 1);
	const struct sbx_limit_row *row = &sbx_limit_rows[input_number(&in, 1) % SBX_LIMITS];
	uint64_t min = input_number(&in, 8), max = input_number(&in, 8), value = 77;
	char *text = input_text(&in, '\0');
	unsigned __int128 meant;
	bool is_number = model(text, unit, &meant) && meant <= UINT64_MAX;

	EXPECT(number_parse_unit(text, unit, min, max, &value) == (is_number && meant >= min && meant <= max));
	EXPECT(value == (is_number && meant >= min && meant <= max ? meant : 77));
	if (is_number)
		check_format((uint64_t)meant, unit, strlen(text)); /* the shortest: never longer than what was read */
	check_format(min, unit, 31);
	check_limit(text, row);
	free(text);
	return 0;
}
