/* A stream with one computer. */
#include "analysis/walk.h"

#include "analysis/stream.h"

static status read_band(void *user, size_t slot, int64_t band) {
    const struct walk *walk = user;
    return planes_load(walk->scan->planes, slot, plan_band(walk->scan->plan, band));
}

static status compute_band(void *user, size_t computer, size_t slot, int64_t band) {
    (void)computer;
    const struct walk *walk = user;
    const struct scan *scan = walk->scan;
    const struct window window = plan_band(scan->plan, band);
    const double done = (double)window.row0 / (double)scan->grid->height;
    TRY(log_progress(scan->log, walk->from + (walk->to - walk->from) * done));
    TRY(planes_make(scan->planes, slot, window));
    TRY(overlay_run(scan->overlay, planes_buffers(scan->planes), (size_t)(window.cols * window.rows), &walk->results[slot]));
    return walk->look ? walk->look(walk->user, slot, window) : NULL;
}

static status take_band(void *user, size_t slot, int64_t band) {
    const struct walk *walk = user;
    return walk->take ? walk->take(walk->user, slot, plan_band(walk->scan->plan, band)) : NULL;
}

status walk_bands(const struct walk *walk) {
    const struct stream stream = {.bands = plan_bands(walk->scan->plan),
                                  .slots = PLAN_SLOTS,
                                  .computers = 1,
                                  .read = read_band,
                                  .compute = compute_band,
                                  .write = take_band,
                                  .user = (void *)walk};
    return stream_run(&stream);
}
