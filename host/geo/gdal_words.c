/* Messages of GDAL as text of ours; the handler stack is the thread's own, so nothing is shared. */
#include "geo/gdal_words.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <gdal.h>
#include <pthread.h>
#include <stdio.h>

static void register_drivers(void) {
    GDALAllRegister();
}

static void CPL_STDCALL collect(CPLErr level, CPLErrorNum number, const char *message) {
    (void)number;
    struct gdal_words *words = CPLGetErrorHandlerUserData();
    if (level < CE_Warning || (level == CE_Warning && words->failed)) return;
    words->failed |= level >= CE_Failure;
    snprintf(words->text, sizeof words->text, "%s", message);
}

void gdal_begin(struct gdal_words *words) {
    static pthread_once_t registered = PTHREAD_ONCE_INIT;
    *words = (struct gdal_words){0};
    CPLPushErrorHandlerEx(collect, words);
    pthread_once(&registered, register_drivers);
    CPLErrorReset();
}

void gdal_end(void) {
    CPLPopErrorHandler();
}

const char *gdal_said(const struct gdal_words *words, const char *otherwise) {
    return words->text[0] ? words->text : otherwise;
}

bool gdal_set(const char *key, const char *value) {
    if (CPLGetConfigOption(key, NULL)) return false;
    CPLSetThreadLocalConfigOption(key, value);
    return true;
}

void gdal_unset(const char *key) {
    CPLSetThreadLocalConfigOption(key, NULL);
}

status layer_blame(status failure, const struct scenario *scenario, const struct layer *layer) {
    size_t length = strlen(layer->path);
    if (!layer->at.line && failure && strncmp(lode_error_message(failure), layer->path, length) == 0) return failure; /* says so itself */
    if (!layer->at.line) return status_wrap(failure, "%s", layer->path); /* of no scenario: the command line named the file */
    return status_wrap(failure, "%s:%d: layer '%s' (%s)", scenario->path, layer->at.line, layer->name, layer->path);
}
