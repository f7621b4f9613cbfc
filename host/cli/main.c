/* The program: finds the command and hands over. Data on standard output, progress and messages on standard error;
 * exit codes are lode_code's (sysexits), 130 and 143 after SIGINT and SIGTERM. */
#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "cli/output.h"
#include "lodescan.h"

static const struct command *const commands[] = {&command_run,     &command_check,    &command_init,     &command_explain, &command_validate,
                                                 &command_diff,    &command_verify,   &command_distance, &command_path,    &command_indices,
                                                 &command_devices, &command_selftest, &command_doctor};
enum { COMMANDS = sizeof commands / sizeof *commands, TITLE_MAX = 64 };

static void print_version(FILE *out, struct argp_state *state) {
    (void)state;
    fprintf(out, "lodescan %s\n", lode_version());
}

static int print_overview(void) {
    puts("lodescan ranks rare-earth deposits and processing sites from raw map layers.\n\n"
         "Usage: lodescan COMMAND [OPTION...] ...\n\n"
         "Commands:");
    for (size_t i = 0; i < COMMANDS; i++) printf("  %-10s %s\n", commands[i]->name, commands[i]->summary);
    puts("\nOptions of a command:   lodescan COMMAND --help\n"
         "Version of the program: lodescan --version\n\n"
         "To begin: lodescan init -o mine.yaml, then lodescan check mine.yaml, then lodescan run mine.yaml -o out\n\n"
         "Exit codes: 0 done; 64 bad option; 65 bad scenario or data; 66 missing input; 69 no device; 70 self-test failed;\n"
         "74 reading or writing failed; 75 memory or disk is short; 130 and 143 interrupted.");
    return output_finish(NULL, NULL);
}

/* Near: between the common beginning and the common end at most two letters are left on either side. */
static bool is_near(const char *a, const char *b) {
    size_t left_a = strlen(a), left_b = strlen(b);
    while (*a && *a == *b) a++, b++, left_a--, left_b--;
    while (left_a && left_b && a[left_a - 1] == b[left_b - 1]) left_a--, left_b--;
    return left_a <= 2 && left_b <= 2;
}

static int unknown_command(const char *word) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (is_near(word, commands[i]->name)) return output_message(LODE_USAGE, "no command '%s'; did you mean '%s'?", word, commands[i]->name);
    return output_message(LODE_USAGE, "no command '%s'; `lodescan --help` lists them", word);
}

static int run_command(const struct command *command, int argc, char **argv) {
    char title[TITLE_MAX];
    snprintf(title, sizeof title, "lodescan %s", command->name);
    argv[0] = title;
    struct options options = options_parse(command, argc, argv);
    return command->run(&options);
}

static int dispatch(const char *word, int argc, char **argv) {
    for (size_t i = 0; i < COMMANDS; i++)
        if (strcmp(word, commands[i]->name) == 0) return run_command(commands[i], argc, argv);
    return unknown_command(word);
}

int main(int argc, char **argv) {
    argp_program_version_hook = print_version;
    const char *word = argc > 1 ? argv[1] : "help";
    if (strcmp(word, "--version") == 0 || strcmp(word, "-V") == 0) {
        print_version(stdout, NULL);
        return output_finish(NULL, NULL);
    }
    bool help = strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
    if (!help) return dispatch(word, argc - 1, argv + 1);
    if (argc < 3) return print_overview();
    char *help_words[] = {NULL, (char *)"--help", NULL};
    return dispatch(argv[2], 2, help_words);
}
