/* Numbers of the text become constants of the kernel, k<index>. */
#include "compute/codegen_writer.h"

#include <stdlib.h>

#include "base/memory.h"

size_t writer_number(struct numbers *numbers, double value) {
    status full = memory_reserve((void **)&numbers->values, &numbers->room, numbers->count + 1, sizeof *numbers->values);
    if (full) {
        lode_error_free(full);
        numbers->failed = true;
        return 0;
    }
    numbers->values[numbers->count] = (float)value;
    return numbers->count++;
}

void numbers_free(struct numbers *numbers) {
    free(numbers->values);
    free(numbers->weights);
    *numbers = (struct numbers){0};
}

void writer_weight(struct writer *w, const struct overlay *child, size_t number) {
    struct numbers *numbers = w->numbers;
    status full = memory_reserve((void **)&numbers->weights, &numbers->weights_room, numbers->n_weights + 1, sizeof *numbers->weights);
    if (!full) numbers->weights[numbers->n_weights++] = (struct overlay_weight){child, number};
    numbers->failed |= full != NULL;
    lode_error_free(full);
}

size_t writer_constant(struct writer *w, double value) {
    size_t index = writer_number(w->numbers, value);
    text_print(&w->constants, "    const float k%zu = k[%zu];\n", index, index);
    return index;
}

size_t writer_plan_constant(struct writer *w, size_t index) {
    text_print(&w->constants, "    const float k%zu = k[%zu];\n", index, index);
    return index;
}

void writer_scale(struct writer *w, double scale) {
    if (scale != 1) text_print(&w->body, " * k%zu", writer_constant(w, scale));
    text_add(&w->body, ";\n");
}
