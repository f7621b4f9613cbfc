/* lodescan init: a commented scenario to start from, a general one or one for a kind of deposit or site. An existing file stays unless --overwrite
 * says otherwise. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/output.h"
#include "lodescan.h"

static int write_starter(const char *path, const char *text, bool overwrite) {
    int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (overwrite ? O_TRUNC : O_EXCL), 0666);
    if (file < 0 && errno == EEXIST) return output_message(LODE_USAGE, "%s: is there already; choose another name, or give --overwrite", path);
    FILE *stream = file < 0 ? NULL : fdopen(file, "w");
    if (!stream) return output_message(LODE_IO, "%s: cannot be written: %s", path, strerror(errno));
    bool written = fputs(text, stream) >= 0;
    if (fclose(stream) != 0 || !written) return output_message(LODE_IO, "%s: writing: %s", path, strerror(errno));
    return 0;
}

static int init(const struct options *options) {
    char *text = NULL;
    lode_error *failure = lode_starter(options->words[0], &text);
    if (failure || !options->out) return output_finish(failure, text);
    int code = write_starter(options->out, text, options->overwrite);
    free(text);
    return code;
}

static void list_templates(FILE *out) {
    fputs("\nTemplates:\n", out);
    for (size_t i = 0; lode_template_name(i); i++) fprintf(out, "  %-12s %s\n", lode_template_name(i), lode_template_summary(i));
}

const struct command command_init = {
    .name = "init",
    .arguments = "[TEMPLATE]",
    .summary = "Write a commented scenario to start from.",
    .details =
        "Without TEMPLATE, a small scenario that shows every key. A template brings the evidence, memberships and weights of a kind of deposit or "
        "site, each marked as cited or as an expert default, and says which layers to bring.\n\n  lodescan init carbonatite -o mine.yaml",
    .list = list_templates,
    .max_words = 1,
    .takes = OPTION_OUT_FILE | OPTION_OVERWRITE,
    .run = init,
};
