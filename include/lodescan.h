/* lodescan: ranks rare-earth deposits and processing sites from raw map layers, on any OpenCL device.
 *
 * The one public header. Every fallible call returns `lode_error *`: NULL is success; anything else is
 * owned by the caller (lode_error_free) and carries an exit code (sysexits) and a message chain that
 * names file, cause and remedy. Handles are opaque; `_close(NULL)` and `_free(NULL)` are legal.
 * Nothing here prints or exits. Handles may be used from one thread at a time. */
#ifndef LODESCAN_H
#define LODESCAN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

#define LODE_MUST_CHECK __attribute__((warn_unused_result))
#define LODE_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define LODE_API __attribute__((visibility("default")))

/* Why a call failed; also the exit code of the command line. */
typedef enum lode_code {
    LODE_OK = 0,
    LODE_USAGE = 64,       /* a bad option or argument */
    LODE_BAD_DATA = 65,    /* a bad scenario, or a layer that does not hold what it should */
    LODE_NO_INPUT = 66,    /* a file that is not there or cannot be opened */
    LODE_NO_DEVICE = 69,   /* no OpenCL device, or none that matches */
    LODE_SELFTEST = 70,    /* a kernel gave a wrong answer, or a bug of ours */
    LODE_IO = 74,          /* reading or writing failed */
    LODE_TRY_AGAIN = 75,   /* memory or disk is short */
    LODE_INTERRUPTED = 130 /* stopped by the caller */
} lode_code;

typedef struct lode_error lode_error;
LODE_API lode_code lode_error_code(const lode_error *error);
LODE_API const char *lode_error_message(const lode_error *error);
LODE_API void lode_error_free(lode_error *error);

/* What a long call tells while it works. `share` is 0..1 of the whole job, or negative when unknown. */
typedef enum lode_level { LODE_PROGRESS, LODE_INFO, LODE_WARNING } lode_level;
typedef struct lode_event {
    lode_level level;
    const char *stage; /* for progress: what is being done */
    double share;      /* for progress */
    const char *text;  /* for info and warnings */
} lode_event;
typedef void (*lode_event_fn)(void *user, const lode_event *event);

typedef struct lode_options {
    const char *data_dir;   /* where relative layer paths start; NULL: the scenario's own word */
    const char *device;     /* "0:1" as `clinfo -l` numbers, part of a name, "gpu", "cpu"; NULL: the first GPU, else the first device.
                             * Several share the work: such words between commas, or "all" */
    size_t memory_bytes;    /* budget of all that grows with the grid, host and devices together; 0: half of the machine */
    double cell;            /* > 0: overrides the scenario's cell size, in metres or degrees */
    bool cell_in_degrees;   /* a grid of the other kind is an error, as in the scenario */
    bool overwrite;         /* replace a finished run in the output folder */
    bool no_report;         /* a run writes no report.html */
    bool kmz;               /* a run writes TARGET.kmz, also when the scenario asks for none */
    const char *map;        /* kinds of map sheets beside the scenario's own wish, between commas: "png,svg,pdf"; NULL: none */
    lode_event_fn on_event; /* may be NULL */
    void *user;
    bool (*cancelled)(void *user); /* asked between bands; may be NULL */
    const char *as_of;             /* the day whose rules hold, "2027-01-31"; NULL: as the scenario says */
    const char *metric;            /* of lode_distance: "planar", "geodesic"; NULL or "auto": planar, geodesic on a geographic grid */
    bool flatgeobuf;               /* a run writes TARGET_sites.fgb, also when the scenario asks for none */
} lode_options;

typedef struct lode_scenario lode_scenario;

LODE_API const char *lode_version(void);

/* Reads and checks a whole scenario file; every mistake in it is in the one error, a line each. */
LODE_API LODE_MUST_CHECK lode_error *lode_scenario_open(const char *path, lode_scenario **out);
LODE_API void lode_scenario_close(lode_scenario *scenario);

/* The main job: layers to ranked sites and pictures in `out_dir`. Outputs are whole or absent.
 * `*text` (malloc'ed, may be NULL) is the summary of what was found; JSON when `json`.
 * While it runs, GDAL's cache of pixels, which is one for the whole process, is bounded by an eighth of the memory budget; then as before.
 * Runs of several threads at once share that bound, and the last to end may leave its own behind. */
LODE_API LODE_MUST_CHECK lode_error *lode_run(const lode_scenario *scenario, const char *out_dir, const lode_options *options, bool json,
                                              char **text);

/* What a run would do: grid, layers, steps, memory. `*text` is malloc'ed; JSON when `json`. Computes nothing. */
LODE_API LODE_MUST_CHECK lode_error *lode_check(const lode_scenario *scenario, const lode_options *options, bool json, char **text);

/* Why a site of a finished run scores as it does. `site` is an id, a rank ("plant:3") or a name. */
LODE_API LODE_MUST_CHECK lode_error *lode_explain(const char *out_dir, const char *site, bool json, char **text);

/* How a finished run's scores are held against known places. Words as in a scenario's `validate`; all may be NULL. */
typedef struct lode_validation {
    const char *target;         /* NULL: the run's only one, or the one called deposit */
    const char *layer, *where;  /* of the sites' file */
    const char *name;           /* field with names */
    const char *uncertainty;    /* "2 km", or a field that holds kilometres */
    const char *within;         /* "share" (NULL) or "best" */
    const char *merge;          /* "1 km": points this near are one place */
    const char *folds, *blocks; /* "5" or "leave_one_out"; "50 km" */
    const char *baseline;       /* another target to compare with */
} lode_validation;

/* Holds a target's score surface in a finished run against the points of a vector file. Writes validation.json, curves.csv and diagrams to
 * `folder` (NULL: validation/TARGET in `out_dir`), whole or not at all; LODE_USAGE when it holds a validation and not `overwrite`.
 * `*text`: the figures; JSON when `json`. Of `options`, overwrite and the callbacks are used. */
LODE_API LODE_MUST_CHECK lode_error *lode_validate(const char *out_dir, const char *sites, const lode_validation *how, const char *folder,
                                                   const lode_options *options, bool json, char **text);

/* What moved between two finished runs, and why: inputs, sites (the same where their ids are, or within `within`, "2 km"; NULL: in cells that touch)
 * and surfaces. `*text`: for people; JSON when `json`
 * (docs/schema/diff.schema.json). With a folder `out` (NULL: none) also diff.json, diff.csv, diff.html and
 * TARGET_difference.tif (after - before) and .png, whole or not at all; LODE_USAGE when it holds a difference and not `overwrite`, or when the grids of the
 * runs differ. Without `out`, surfaces of other grids are left out and the text says so. Of `options`, overwrite and the callbacks are used. */
LODE_API LODE_MUST_CHECK lode_error *lode_diff(const char *before, const char *after, const char *within, const char *out,
                                               const lode_options *options, bool json, char **text);

/* Checks the outputs of a finished run against the checksums of its manifest. */
LODE_API LODE_MUST_CHECK lode_error *lode_verify(const char *out_dir, bool json, char **text);

/* Distance in metres from every cell of a raster to its nearest set (valid, not zero) cell, as a GeoTIFF of floats on the same grid:
 * exact on projected grids, along the ellipsoid on geographic ones or as `metric` says. `creation_options`: GDAL's, "KEY=VALUE", NULL-ended; may be NULL.
 * The file is whole or absent. Of `options`, device, metric, overwrite and the callbacks are used. */
LODE_API LODE_MUST_CHECK lode_error *lode_distance(const char *mask_path, const char *out_path, const char *const *creation_options,
                                                   const lode_options *options);

/* The cheapest ways from places (EPSG:4326 longitude and latitude) to what the scenario's `cost_distance_to` criteria measure to: all of them, or
 * the one called `criterion`. `*text` is RFC 7946 GeoJSON (malloc'ed), a feature for each place and criterion; its line and cost are null where no
 * way leads. Only the masks and cost distances are computed, over the same cells as a run. */
LODE_API LODE_MUST_CHECK lode_error *lode_path(const lode_scenario *scenario, const double (*lonlat)[2], size_t count, const char *criterion,
                                               const lode_options *options, char **text);

/* The indices that a criterion may name; `sensor`: those that its bands suffice for, or NULL for all. `*text` is malloc'ed. */
LODE_API LODE_MUST_CHECK lode_error *lode_indices(const char *sensor, bool json, char **text);

/* OpenCL devices; every kernel against known answers; what is missing on this machine. */
LODE_API LODE_MUST_CHECK lode_error *lode_devices(bool json, char **text);
LODE_API LODE_MUST_CHECK lode_error *lode_selftest(const char *device, bool json, char **text);
LODE_API LODE_MUST_CHECK lode_error *lode_doctor(bool json, char **text);

/* A commented scenario to start from: the template called `name`, or with NULL one that shows every key. `lode_template_name` and `_summary` tell
 * the templates that there are, from index 0; NULL after the last. */
LODE_API LODE_MUST_CHECK lode_error *lode_starter(const char *name, char **text);
LODE_API const char *lode_template_name(size_t index);
LODE_API const char *lode_template_summary(size_t index);

#ifdef __cplusplus
}
#endif
#endif
