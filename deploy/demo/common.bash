# Sourced by run and stop: where things are, and how the demo's processes and containers are found again.
# shellcheck shell=bash

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
demo=$repository/var/demo
# Two checkouts on one machine do not meet: names outside var/ carry four digits of the checkout's path.
tag=$(printf '%s' "$repository" | sha256sum | cut -c 1-4)
# A container engine's run-time directory holds sockets, whose paths must be short.
runtime=${XDG_RUNTIME_DIR:-/tmp}
[[ $EUID -ne 0 ]] || runtime=/run
runtime=$runtime/binfarm-$tag
# The three programs.
programs=$repository/.build/release
image_tag=localhost/binfarm-demo-$tag:latest
farm=amd64.demo
workers=(w1 w2)

say() { printf '%s\n' "$*"; }

# What to show when something fails: set by each step.
current=set-up log=
die() { # MESSAGE [WHAT-TO-DO]
    {
        printf '\ndemo: %s: %s\n' "$current" "$1"
        if [[ -n $log && -s $log ]]; then
            printf '  the end of %s:\n' "$log"
            tail -n 20 "$log" | sed 's/^/  | /'
        fi
        printf '  %s\n' "${2:-Mend that and type \`make demo\` again: it goes on where it stopped. \`make demo-stop\` ends what runs.}"
    } >&2
    exit 1
}

# Only one demo command at a time in a checkout. Programs that stay must not inherit the lock: start them with 9>&-.
only_one() {
    mkdir -p "$demo"
    exec 9>"$demo/lock"
    flock --nonblock 9 ||
        die "another \`make demo\` or \`make demo-stop\` is at work in this checkout" "Wait for it, or press Ctrl-C there."
}

engine_of() { # HOST: sets `engine` to podman with a storage of that host's own
    engine=(podman --root "$demo/$1/storage" --runroot "$runtime/$1" --tmpdir "$runtime/$1/tmp")
}

program_of() { # HOST: sets `program` to what runs there
    program=$programs/binfarm-worker
    [[ $1 != head ]] || program=$programs/binfarm-coordinator
}

pid_of() { # HOST: prints the process that runs there; fails when there is none
    local pid started
    [[ -f $demo/$1/pid ]] || return 1
    read -r pid started <"$demo/$1/pid" || return 1
    # A number can be another process's by now; with the time of its start it cannot.
    [[ -n $started && $(start_of "$pid") == "$started" ]] || return 1
    printf '%s\n' "$pid"
}

start_of() { # PID: clock ticks from the machine's start to the process's
    local stat
    { stat=$(<"/proc/$1/stat"); } 2>/dev/null || return 0
    # The name in parentheses may hold anything; what follows it is numbers.
    set -- ${stat##*) }
    # A process that only waits to be reaped has ended.
    [[ $1 == Z ]] || printf '%s\n' "${20}"
}

stop_host() { # HOST: asks its program to end, and insists if it does not
    local pid waited=0
    if pid=$(pid_of "$1"); then
        kill -TERM "$pid" 2>/dev/null || true
        while pid_of "$1" >/dev/null; do
            if ((waited == 300)); then
                printf 'demo: the program on %s did not end in 30 s and is killed\n' "$1" >&2
                kill -KILL "$pid" 2>/dev/null || true
            fi
            ((waited += 1))
            sleep 0.1
        done
    fi
    rm -f "$demo/$1/pid"
}

peak_of() { # HOST: the most memory its program had
    local pid
    pid=$(pid_of "$1") || return 0
    awk '/^VmHWM/ { printf "%d MiB\n", ($2 + 1023) / 1024 }' "/proc/$pid/status"
}
