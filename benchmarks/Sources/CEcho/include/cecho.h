#pragma once

/* A ROUTER that sends every message back, in a bare zmq_poll loop, in a thread of its own. Returns NULL on failure. */
typedef struct cecho cecho;
cecho *cecho_start(const char *endpoint, const char *secret_key_or_null, char *bound, unsigned long size);
void cecho_stop(cecho *server);

/* A DEALER at the endpoint. Keys are Z85 or NULL. Returns the median round trip in microseconds, or -1. */
double cecho_latency(const char *endpoint, const char *server_key, const char *public_key, const char *secret_key,
    int bytes, int count);
/* The same client keeps up to `window` messages under way. Returns messages per second, or -1. */
double cecho_rate(const char *endpoint, const char *server_key, const char *public_key, const char *secret_key,
    int bytes, int count, int window);
