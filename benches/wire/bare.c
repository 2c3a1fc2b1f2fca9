// The machine's own wake-up latency: a client that does nothing but write, wait
// by epoll and read, against an echo in a process of its own. Under a packet
// capture its time for an exchange, minus the time between the packets, is what
// every client pays here: a system call to send, and a wake-up for the reply.
//
//   cc -O2 -o bare bare.c
//   ./bare PORT ROUNDS INTERVAL_US     # prints nanoseconds, one line an exchange
//
// Each round is four exchanges, back to back, as the four commands of a message;
// rounds start at absolute times, one every INTERVAL_US.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { EXCHANGES = 4, SIZE = 32 };

static void die(const char *what) {
    perror(what);
    exit(1);
}

static long long now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void no_delay(int socket) {
    int one = 1;
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
}

static void echo(int listener) {
    char buffer[SIZE];
    int peer = accept(listener, NULL, NULL);
    if (peer < 0) die("accept");
    no_delay(peer);
    ssize_t length;
    while ((length = read(peer, buffer, sizeof buffer)) > 0)
        if (write(peer, buffer, length) != length) die("echo");
    _exit(0);
}

int main(int argc, char **argv) {
    if (argc != 4) {
        fprintf(stderr, "usage: bare PORT ROUNDS INTERVAL_US\n");
        return 2;
    }
    long rounds = atol(argv[2]);
    long long interval = atoll(argv[3]) * 1000;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(argv[1]))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);

    int listener = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (bind(listener, (void *)&address, sizeof address) || listen(listener, 1)) die("listen");
    if (fork() == 0) echo(listener);

    int client = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    connect(client, (void *)&address, sizeof address); // in progress: epoll reports its end
    no_delay(client);
    int poll = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLOUT};
    epoll_ctl(poll, EPOLL_CTL_ADD, client, &event);
    if (epoll_wait(poll, &event, 1, 10000) != 1) die("connect");
    event.events = EPOLLIN;
    epoll_ctl(poll, EPOLL_CTL_MOD, client, &event);

    long long *took = calloc(rounds * EXCHANGES, sizeof *took);
    if (!took) die("calloc");
    char buffer[SIZE] = "bare\n";
    prctl(PR_SET_TIMERSLACK, 1);
    long long due = now() + interval;
    for (long round = 0; round < rounds; round++, due += interval) {
        struct timespec until = {due / 1000000000, due % 1000000000};
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL);
        for (int exchange = 0; exchange < EXCHANGES; exchange++) {
            long long start = now();
            if (write(client, buffer, SIZE) != SIZE) die("write");
            if (epoll_wait(poll, &event, 1, 10000) != 1) die("epoll_wait");
            if (read(client, buffer, SIZE) != SIZE) die("read");
            took[round * EXCHANGES + exchange] = now() - start;
        }
    }
    close(client);
    wait(NULL);
    for (long i = 0; i < rounds * EXCHANGES; i++) printf("%lld\n", took[i]);
    return 0;
}
