/* hog MIB: takes that much memory in steps of 64 MiB, touches every page, and holds it until the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
    const size_t step = 64u << 20;
    const size_t limit = (argc > 1 ? strtoul(argv[1], NULL, 10) : 0) << 20;
    volatile char sum = 0;
    for (size_t taken = 0; taken < limit; taken += step) {
        char *block = malloc(step);
        if (!block) {
            fprintf(stderr, "hog: no memory after %zu MiB\n", taken >> 20);
            return 1;
        }
        memset(block, 1, step);
        sum += block[step - 1];
        printf("hog: %zu MiB\n", (taken + step) >> 20);
        fflush(stdout);
    }
    return sum == 127 ? 2 : 0;
}
