/* What a distance answers to a window: metres and source of each cell, read from the device. */
#ifndef LODE_TEST_ANSWER_H
#define LODE_TEST_ANSWER_H

#include <stdint.h>
#include <stdlib.h>

#include "compute/distance.h"
#include "on_device.h"

struct answer {
    float *metres;
    int64_t *source;
};

static struct answer answer_of(size_t cells) {
    return (struct answer){malloc(cells * sizeof(float)), malloc(cells * sizeof(int64_t))};
}

static void answer_free(struct answer *answer) {
    free(answer->metres);
    free(answer->source);
}

static struct answer asked(struct distance *distance, struct window window) {
    size_t cells = (size_t)(window.cols * window.rows);
    struct answer answer = answer_of(cells);
    struct buffer *metres, *source;
    assert_ok(buffer_open(device, cells * sizeof(float), &metres));
    assert_ok(buffer_open(device, cells * sizeof(int64_t), &source));
    assert_ok(distance_rows(distance, window, metres, source));
    assert_ok(buffer_read(metres, 0, cells * sizeof(float), answer.metres));
    assert_ok(buffer_read(source, 0, cells * sizeof(int64_t), answer.source));
    buffer_close(metres);
    buffer_close(source);
    return answer;
}

#endif
