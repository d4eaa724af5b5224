# Sourced: Python programs for tests, at the versions that a file pins.

# DIRECTORY REQUIREMENTS: makes an environment in DIRECTORY/venv, unless the one that is there was made of the same.
make_environment() {
    local made
    made=$(sha256sum <"$2")
    if [[ $(cat "$1/made" 2>/dev/null) == "$made" ]]; then return; fi
    printf 'making a Python environment in %s\n' "$1" >&2
    rm -rf "$1/venv"
    mkdir -p "$1"
    # Debian's venv has no pip of its own to give.
    {
        python3 -m venv --without-pip "$1/venv"
        python3 -m pip --disable-pip-version-check --python "$1/venv/bin/python" install --no-deps --only-binary :all: \
            --require-hashes --requirement "$2"
    } >"$1/pip.log" 2>&1 || { printf 'the environment cannot be made; see %s\n' "$1/pip.log" >&2; return 1; }
    printf '%s\n' "$made" >"$1/made"
}
