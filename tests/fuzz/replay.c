/* Runs a harness on the files that are named, where no libFuzzer is linked: for coverage, or for gdb. Runs as: the developer. */
#include "fuzz.h"

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "r");
		uint8_t *bytes = malloc(1u << 20);
		EXPECT(f != NULL && bytes != NULL);
		size_t size = fread(bytes, 1, 1u << 20, f);
		EXPECT(fclose(f) == 0);
		(void)LLVMFuzzerTestOneInput(bytes, size);
		free(bytes);
	}
	return 0;
}
