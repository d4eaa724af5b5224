#include "cecho.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zmq.h>

struct cecho {
    void *context, *socket, *control, *controlled;
    pthread_t thread;
};

static void *serve(void *argument) {
    cecho *server = argument;
    zmq_pollitem_t items[] = {{server->socket, 0, ZMQ_POLLIN, 0}, {server->controlled, 0, ZMQ_POLLIN, 0}};
    while (zmq_poll(items, 2, -1) >= 0 && !items[1].revents) {
        if (!items[0].revents) continue;
        for (int count = 0; count < 64; count++) {
            zmq_msg_t message;
            zmq_msg_init(&message);
            if (zmq_msg_recv(&message, server->socket, ZMQ_DONTWAIT) < 0) break;
            for (;;) {
                int more = zmq_msg_more(&message);
                if (zmq_msg_send(&message, server->socket, ZMQ_DONTWAIT | (more ? ZMQ_SNDMORE : 0)) < 0)
                    zmq_msg_close(&message);
                if (!more) break;
                zmq_msg_init(&message);
                zmq_msg_recv(&message, server->socket, 0);
            }
        }
    }
    return NULL;
}

cecho *cecho_start(const char *endpoint, const char *secret_key, char *bound, unsigned long size) {
    cecho *server = calloc(1, sizeof *server);
    if (!server) return NULL;
    int yes = 1, unlimited = 0;
    size_t length = size;
    server->context = zmq_ctx_new();
    server->socket = zmq_socket(server->context, ZMQ_ROUTER);
    server->control = zmq_socket(server->context, ZMQ_PAIR);
    server->controlled = zmq_socket(server->context, ZMQ_PAIR);
    zmq_setsockopt(server->socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
    if (secret_key) {
        zmq_setsockopt(server->socket, ZMQ_CURVE_SERVER, &yes, sizeof yes);
        zmq_setsockopt(server->socket, ZMQ_CURVE_SECRETKEY, secret_key, 41);
    }
    if (zmq_bind(server->controlled, "inproc://control") || zmq_connect(server->control, "inproc://control")
        || zmq_bind(server->socket, endpoint) || zmq_getsockopt(server->socket, ZMQ_LAST_ENDPOINT, bound, &length)
        || pthread_create(&server->thread, NULL, serve, server))
        return NULL;
    return server;
}

void cecho_stop(cecho *server) {
    int none = 0;
    zmq_send(server->control, "", 0, 0);
    pthread_join(server->thread, NULL);
    zmq_setsockopt(server->socket, ZMQ_LINGER, &none, sizeof none);
    zmq_close(server->socket);
    zmq_close(server->control);
    zmq_close(server->controlled);
    zmq_ctx_term(server->context);
    free(server);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void *client(void *context, const char *endpoint, const char *server_key, const char *public_key,
    const char *secret_key) {
    void *socket = zmq_socket(context, ZMQ_DEALER);
    int unlimited = 0, patience = 20000;
    zmq_setsockopt(socket, ZMQ_LINGER, &unlimited, sizeof unlimited);
    zmq_setsockopt(socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &patience, sizeof patience);
    if (server_key) {
        zmq_setsockopt(socket, ZMQ_CURVE_SERVERKEY, server_key, 41);
        zmq_setsockopt(socket, ZMQ_CURVE_PUBLICKEY, public_key, 41);
        zmq_setsockopt(socket, ZMQ_CURVE_SECRETKEY, secret_key, 41);
    }
    zmq_connect(socket, endpoint);
    return socket;
}

static int compare(const void *left, const void *right) {
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

double cecho_latency(const char *endpoint, const char *server_key, const char *public_key, const char *secret_key,
    int bytes, int count) {
    void *context = zmq_ctx_new();
    void *socket = client(context, endpoint, server_key, public_key, secret_key);
    char *buffer = calloc(1, bytes);
    double *times = calloc(count, sizeof *times), median = -1;
    int done = -count / 10;
    for (; done < count; done++) {
        double start = now();
        if (zmq_send(socket, buffer, bytes, 0) < 0 || zmq_recv(socket, buffer, bytes, 0) < 0) break;
        if (done >= 0) times[done] = now() - start;
    }
    if (done == count) {
        qsort(times, count, sizeof *times, compare);
        median = times[count / 2] * 1e6;
    }
    free(times);
    free(buffer);
    zmq_close(socket);
    zmq_ctx_term(context);
    return median;
}

double cecho_rate(const char *endpoint, const char *server_key, const char *public_key, const char *secret_key,
    int bytes, int count, int window) {
    void *context = zmq_ctx_new();
    void *socket = client(context, endpoint, server_key, public_key, secret_key);
    char *buffer = calloc(1, bytes);
    int sent = 0, received = 0, failed = 0;
    if (zmq_send(socket, buffer, bytes, 0) < 0 || zmq_recv(socket, buffer, bytes, 0) < 0) failed = 1;
    double start = now();
    while (!failed && received < count) {
        while (sent < count && sent - received < window && zmq_send(socket, buffer, bytes, 0) >= 0) sent++;
        if (zmq_recv(socket, buffer, bytes, 0) < 0) failed = 1;
        received++;
        while (received < sent && zmq_recv(socket, buffer, bytes, ZMQ_DONTWAIT) >= 0) received++;
    }
    double seconds = now() - start;
    free(buffer);
    zmq_close(socket);
    zmq_ctx_term(context);
    return failed ? -1 : count / seconds;
}
