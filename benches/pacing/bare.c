// The minimum lateness of a timer-driven loop on this machine: sleeps until absolute
// times by clock_nanosleep, timer slack 1 ns, and does nothing else.
//
//   cc -O2 -o bare bare.c
//   ./bare RATE_PER_S SECONDS     # prints how late each was, in nanoseconds
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

int main(int argc, char **argv) {
    if (argc != 3) {
        fprintf(stderr, "usage: bare RATE_PER_S SECONDS\n");
        return 2;
    }
    double rate = atof(argv[1]);
    long count = rate * atof(argv[2]);
    long long *late = calloc(count, sizeof *late);
    if (!late) return 1;
    prctl(PR_SET_TIMERSLACK, 1);
    long long start = now() + 1000000;
    for (long i = 0; i < count; i++) {
        long long due = start + i * 1e9 / rate;
        struct timespec until = {due / 1000000000, due % 1000000000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        late[i] = now() - due;
    }
    for (long i = 0; i < count; i++) printf("%lld\n", late[i]);
    return 0;
}
