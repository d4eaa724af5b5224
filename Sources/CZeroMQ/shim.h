#include <poll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <zmq.h>

/* Names the calling thread; prctl is variadic, which Swift does not import. */
static inline void czeromq_name_thread(const char *name) {
    prctl(PR_SET_NAME, name, 0, 0, 0);
}
