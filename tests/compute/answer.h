/* What a distance or an accumulated cost answers to a window: length and source of each cell, read from the device. */
#ifndef LODE_TEST_ANSWER_H
#define LODE_TEST_ANSWER_H

#include <stdint.h>
#include <stdlib.h>

#include "compute/distance.h"
#include "on_device.h"

struct answer {
    union {
        float *metres, *costs;
    };
    int64_t *source;
};

static struct answer answer_of(size_t cells) {
    return (struct answer){.metres = malloc(cells * sizeof(float)), .source = malloc(cells * sizeof(int64_t))};
}

static void answer_free(struct answer *answer) {
    free(answer->metres);
    free(answer->source);
}

/* `rows`: as distance_rows and cost_rows, of `field`. */
static struct answer answer_from(status (*rows)(void *field, struct window window, struct buffer *lengths, struct buffer *source), void *field,
                                 struct window window) {
    size_t cells = (size_t)(window.cols * window.rows);
    struct answer answer = answer_of(cells);
    struct buffer *lengths, *source;
    assert_ok(buffer_open(device, cells * sizeof(float), &lengths));
    assert_ok(buffer_open(device, cells * sizeof(int64_t), &source));
    assert_ok(rows(field, window, lengths, source));
    assert_ok(buffer_read(lengths, 0, cells * sizeof(float), answer.metres));
    assert_ok(buffer_read(source, 0, cells * sizeof(int64_t), answer.source));
    buffer_close(lengths);
    buffer_close(source);
    return answer;
}

static inline status rows_of_distance(void *distance, struct window window, struct buffer *metres, struct buffer *source) {
    return distance_rows(distance, window, metres, source);
}

static inline struct answer asked(struct distance *distance, struct window window) {
    return answer_from(rows_of_distance, distance, window);
}

#endif
