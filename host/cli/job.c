/* From the words of the command line to the library's options. */
#include "cli/job.h"

#include "cli/interrupt.h"

lode_options job_options(const struct options *options, struct progress *progress) {
    return (lode_options){.data_dir = options->data,
                          .device = options->device,
                          .memory_bytes = options->memory_bytes,
                          .cell = options->cell,
                          .as_of = options->as_of,
                          .metric = options->metric,
                          .cell_in_degrees = options->cell_in_degrees,
                          .overwrite = options->overwrite,
                          .no_report = options->no_report,
                          .map = options->map,
                          .kmz = options->kmz,
                          .flatgeobuf = options->flatgeobuf,
                          .on_event = progress_event,
                          .user = progress,
                          .cancelled = interrupt_asked};
}
