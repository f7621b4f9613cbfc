/* A flag that the handler sets; both signals go back to killing once it is set. */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t received;

static void receive(int number) {
    received = number;
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
}

void interrupt_watch(void) {
    struct sigaction action = {.sa_handler = receive, .sa_flags = SA_RESTART};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

bool interrupt_asked(void *unused) {
    (void)unused;
    return received != 0;
}

int interrupt_exit_code(void) {
    return 128 + (received ? (int)received : SIGINT);
}
