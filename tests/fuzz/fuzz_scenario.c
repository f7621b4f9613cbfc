/* Any bytes at all as a scenario: the parser answers with values or with words, and never with a crash.
 * libFuzzer; seeds are the scenarios of datasets/. */
#include <stdint.h>
#include <stdlib.h>

#include "model/scenario.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
    struct scenario *scenario = NULL;
    status failure = scenario_parse("fuzz.yaml", (const char *)bytes, size, &scenario);
    if (!failure == !scenario) abort(); /* exactly one of the two */
    if (failure && lode_error_message(failure)[0] == '\0') abort();
    lode_error_free(failure);
    scenario_free(scenario);
    return 0;
}
