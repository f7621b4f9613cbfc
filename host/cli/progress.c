/* Draws events. Time left = elapsed * (1 - share) / share: said once a fiftieth is done, as it jumps before. */
#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { BAR_CELLS = 24, LINE_MAX_BYTES = 160, TIME_BYTES = 24 };
static const double redraw_s = 0.1, plain_s = 10, share_for_estimate = 0.02;

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static bool can_redraw(void) {
    const char *kind = getenv("TERM");
    return isatty(STDERR_FILENO) && kind && strcmp(kind, "dumb") != 0;
}

struct progress progress_begin(bool quiet) {
    return (struct progress){.quiet = quiet, .terminal = can_redraw(), .started_s = now_s()};
}

static void clear_line(struct progress *progress) {
    if (progress->line_open) fputs("\r\033[K", stderr);
    progress->line_open = false;
}

void progress_end(struct progress *progress) {
    clear_line(progress);
    fflush(stderr);
}

static void print_seconds(char *out, double seconds) {
    long whole = (long)(seconds + 0.5);
    if (whole < 3600)
        snprintf(out, TIME_BYTES, "%ld:%02ld", whole / 60, whole % 60);
    else
        snprintf(out, TIME_BYTES, "%ld:%02ld:%02ld", whole / 3600, whole / 60 % 60, whole % 60);
}

/* "45 %, 0:12 elapsed, 0:15 left" as far as it is known. */
static void print_state(char *out, double share, double elapsed_s) {
    char elapsed[TIME_BYTES], left[TIME_BYTES];
    print_seconds(elapsed, elapsed_s);
    print_seconds(left, share > 0 ? elapsed_s * (1 - share) / share : 0);
    if (share < 0)
        snprintf(out, LINE_MAX_BYTES, "%s elapsed", elapsed);
    else if (share < share_for_estimate || share >= 1)
        snprintf(out, LINE_MAX_BYTES, "%3.0f %%, %s elapsed", share * 100, elapsed);
    else
        snprintf(out, LINE_MAX_BYTES, "%3.0f %%, %s elapsed, %s left", share * 100, elapsed, left);
}

static size_t terminal_columns(void) {
    struct winsize size;
    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col : 80;
}

static void draw_line(struct progress *progress, const char *stage, double share, const char *state) {
    char bar[BAR_CELLS + 1], line[2 * LINE_MAX_BYTES];
    int done = share < 0 ? 0 : (int)(share * BAR_CELLS);
    for (int i = 0; i < BAR_CELLS; i++) bar[i] = i < done ? '#' : '.';
    bar[BAR_CELLS] = '\0';
    int length = snprintf(line, sizeof line, "%-16s [%s] %s", stage, bar, state);
    size_t columns = terminal_columns() - 1; /* a full last column would wrap */
    if (length > 0 && (size_t)length > columns && columns < sizeof line) line[columns] = '\0';
    clear_line(progress);
    fputs(line, stderr);
    fflush(stderr);
    progress->line_open = true;
}

static void show_progress(struct progress *progress, const lode_event *event) {
    const char *stage = event->stage ? event->stage : "";
    double now = now_s(), share = event->share > 1 ? 1 : event->share;
    bool same = strncmp(stage, progress->stage, sizeof progress->stage - 1) == 0;
    if (same && now - progress->shown_s < (progress->terminal ? redraw_s : plain_s)) return;
    progress->shown_s = now;
    snprintf(progress->stage, sizeof progress->stage, "%s", stage);
    char state[LINE_MAX_BYTES];
    print_state(state, share, now - progress->started_s);
    if (progress->terminal)
        draw_line(progress, progress->stage, share, state);
    else
        fprintf(stderr, "%s: %s\n", progress->stage, state + strspn(state, " "));
}

void progress_event(void *user, const lode_event *event) {
    struct progress *progress = user;
    if (progress->quiet) return;
    if (event->level == LODE_PROGRESS) {
        show_progress(progress, event);
        return;
    }
    clear_line(progress);
    fprintf(stderr, "%s%s\n", event->level == LODE_WARNING ? "warning: " : "", event->text ? event->text : "");
}
