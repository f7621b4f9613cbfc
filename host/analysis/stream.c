/* Three loops under one lock: stage s may take band i when stage s - 1 has done it, the first when the last has done band i - slots. */
#include "analysis/stream.h"

#include <pthread.h>
#include <stdbool.h>
#include <string.h>

enum { READ, COMPUTE, WRITE, STAGES };

struct run {
    const struct stream *stream;
    pthread_mutex_t lock;
    pthread_cond_t moved;
    int64_t done[STAGES]; /* bands that a stage is through with */
    status failure;
};

struct worker {
    struct run *run;
    int stage;
    stream_stage work;
    pthread_t thread;
};

static int64_t may_start(const struct run *run, int stage) {
    return stage == READ ? run->done[WRITE] + (int64_t)run->stream->slots : run->done[stage - 1];
}

/* Waits until the stage may take `band`; false when the run has failed. */
static bool await(struct run *run, int stage, int64_t band) {
    pthread_mutex_lock(&run->lock);
    while (!run->failure && may_start(run, stage) <= band) pthread_cond_wait(&run->moved, &run->lock);
    bool go = !run->failure;
    pthread_mutex_unlock(&run->lock);
    return go;
}

static void tell(struct run *run, int stage, status failure) {
    pthread_mutex_lock(&run->lock);
    if (!failure) run->done[stage]++;
    run->failure = status_first(run->failure, failure);
    pthread_cond_broadcast(&run->moved);
    pthread_mutex_unlock(&run->lock);
}

static void *work(void *user) {
    const struct worker *worker = user;
    struct run *run = worker->run;
    const struct stream *stream = run->stream;
    for (int64_t band = 0; band < stream->bands && await(run, worker->stage, band); band++)
        tell(run, worker->stage, worker->work(stream->user, (size_t)band % stream->slots, band));
    return NULL;
}

status stream_run(const struct stream *stream) {
    struct run run = {.stream = stream, .lock = PTHREAD_MUTEX_INITIALIZER, .moved = PTHREAD_COND_INITIALIZER};
    struct worker workers[] = {{&run, READ, stream->read, 0}, {&run, WRITE, stream->write, 0}}, own = {&run, COMPUTE, stream->compute, 0};
    int started = 0, error = 0;
    while (started < 2 && !(error = pthread_create(&workers[started].thread, NULL, work, &workers[started]))) started++;
    if (error)
        tell(&run, COMPUTE, status_fail(LODE_TRY_AGAIN, "cannot start a thread: %s", strerror(error)));
    else
        work(&own);
    while (started > 0) pthread_join(workers[--started].thread, NULL);
    pthread_cond_destroy(&run.moved);
    pthread_mutex_destroy(&run.lock);
    return run.failure;
}
