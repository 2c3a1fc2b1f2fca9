// The minimum cost of any client that does not pipeline: N nonblocking
// connections, one thread, epoll, one write and one read per round trip, four
// round trips a message. It measures and records nothing.
//
//   cc -O2 -o floor floor.c
//   ./floor PORT SESSIONS MESSAGES BODYBYTES
//
// For a plaintext server on 127.0.0.1 that accepts MAIL without TLS and AUTH,
// such as smtp-sink or the mock with `require_tls=false require_auth=false`. It
// prints the cost of a message. benches/peers/all.py compiles it and compares.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char MAIL[] = "MAIL FROM:<foo@vm.example.com>\r\n";
static const char RCPT[] = "RCPT TO:<foo@vm.example.com>\r\n";
static const char DATA[] = "DATA\r\n";
static char *body; static size_t blen;
static int *st, *fd;
static size_t *sent; // of a body that the socket did not take at once
static int ep;

static void die(const char *s) { perror(s); exit(1); }
static void putall(int f, const char *p, size_t n) {
    ssize_t k = write(f, p, n);
    if (k != (ssize_t)n) die("short write");
}
// Sends what is left of a body; asks to be woken while the socket takes no more.
static void putbody(int i) {
    while (sent[i] < blen) {
        ssize_t k = write(fd[i], body + sent[i], blen - sent[i]);
        if (k < 0 && errno == EAGAIN) break;
        if (k < 0) die("write body");
        sent[i] += k;
    }
    static int *waits;
    if (!waits) waits = calloc(1 << 20, sizeof *waits);
    int wait = sent[i] < blen;
    if (wait == waits[i]) return;
    waits[i] = wait;
    struct epoll_event e = {.events = wait ? EPOLLIN | EPOLLOUT : EPOLLIN, .data.u32 = i};
    epoll_ctl(ep, EPOLL_CTL_MOD, fd[i], &e);
}
static void expect(int f, char c) { // blocking, set-up only
    char b[4096]; size_t n = 0;
    for (;;) {
        ssize_t k = read(f, b + n, sizeof b - n);
        if (k <= 0) die("read setup");
        n += k;
        if (b[n - 1] == '\n') {
            // last line must be "NNN "
            size_t i = n - 1; while (i > 0 && b[i - 1] != '\n') i--;
            if (n - i > 3 && b[i + 3] == ' ') { if (b[i] != c) { fprintf(stderr, "bad reply %.*s", (int)n, b); exit(1); } return; }
        }
    }
}
static double us(struct timeval t) { return t.tv_sec * 1e6 + t.tv_usec; }
int main(int ac, char **av) {
    if (ac < 5) return 2;
    int port = atoi(av[1]), N = atoi(av[2]); long M = atol(av[3]); size_t L = atol(av[4]);
    body = malloc(L + 8); // L bytes including final ".\r\n"
    for (size_t i = 0; i < L; i++) body[i] = 'X';
    for (size_t i = 79; i + 1 < L; i += 80) { body[i - 1] = '\r'; body[i] = '\n'; }
    memcpy(body + L - 5, "\r\n.\r\n", 5); blen = L;
    sent = calloc(N, sizeof *sent); st = calloc(N, sizeof *st); fd = calloc(N, sizeof *fd);
    ep = epoll_create1(0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(port)};
    a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < N; i++) {
        int f = fd[i] = socket(AF_INET, SOCK_STREAM, 0);
        int one = 1; setsockopt(f, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
        if (connect(f, (void *)&a, sizeof a)) die("connect");
        expect(f, '2');
        putall(f, "HELO vm.example.com\r\n", 21);
        expect(f, '2');
        fcntl(f, F_SETFL, O_NONBLOCK);
        struct epoll_event e = {.events = EPOLLIN, .data.u32 = i};
        epoll_ctl(ep, EPOLL_CTL_ADD, f, &e);
    }
    struct rusage r0, r1; struct timespec t0, t1;
    getrusage(RUSAGE_SELF, &r0); clock_gettime(CLOCK_MONOTONIC, &t0);
    long started = 0, done = 0, waits = 0, reads = 0;
    for (int i = 0; i < N && started < M; i++) { putall(fd[i], MAIL, sizeof MAIL - 1); st[i] = 0; started++; }
    struct epoll_event ev[256]; char b[512];
    while (done < M) {
        int n = epoll_wait(ep, ev, 256, 10000); waits++;
        if (n <= 0) die("epoll_wait");
        for (int j = 0; j < n; j++) {
            int i = ev[j].data.u32, f = fd[i];
            if (ev[j].events & EPOLLOUT) putbody(i);
            if (!(ev[j].events & ~EPOLLOUT)) continue;
            ssize_t k = read(f, b, sizeof b); reads++;
            if (k <= 0) die("read");
            if (b[k - 1] != '\n') { fprintf(stderr, "partial reply\n"); exit(1); }
            if (b[0] != (st[i] == 2 ? '3' : '2')) { fprintf(stderr, "bad reply %.*s", (int)k, b); exit(1); }
            switch (st[i]) {
            case 0: putall(f, RCPT, sizeof RCPT - 1); st[i] = 1; break;
            case 1: putall(f, DATA, sizeof DATA - 1); st[i] = 2; break;
            case 2: sent[i] = 0; putbody(i); st[i] = 3; break;
            case 3: done++; if (started < M) { putall(f, MAIL, sizeof MAIL - 1); st[i] = 0; started++; } break;
            }
        }
    }
    getrusage(RUSAGE_SELF, &r1); clock_gettime(CLOCK_MONOTONIC, &t1);
    double w = (t1.tv_sec - t0.tv_sec) + (t1.tv_nsec - t0.tv_nsec) / 1e9;
    double u = us(r1.ru_utime) - us(r0.ru_utime), s = us(r1.ru_stime) - us(r0.ru_stime);
    for (int i = 0; i < N; i++) { fcntl(fd[i], F_SETFL, 0); putall(fd[i], "QUIT\r\n", 6); expect(fd[i], '2'); close(fd[i]); }
    printf("FLOOR n=%d m=%ld wall=%.3f msg/s=%.0f user_us/msg=%.3f sys_us/msg=%.3f cpu_us/msg=%.3f epoll_waits/msg=%.3f reads/msg=%.3f vcsw=%ld ivcsw=%ld\n",
           N, done, w, done / w, u / done, s / done, (u + s) / done, (double)waits / done, (double)reads / done,
           r1.ru_nvcsw - r0.ru_nvcsw, r1.ru_nivcsw - r0.ru_nivcsw);
    return 0;
}
