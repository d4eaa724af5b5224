# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as build-failed where a build may have less than 1000 processes, and be built where it may have more.
DESCRIPTION="Starts a thousand processes at once"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	python3 -c '
import os, signal, sys
children = []
try:
    for number in range(1000):
        child = os.fork()
        if child == 0:
            signal.pause()
        children.append(child)
except OSError as error:
    sys.exit(f"error: process {number} could not be started: {error}")
finally:
    for child in children:
        os.kill(child, signal.SIGKILL)
' || die "a thousand processes are too many"
}

src_install() {
	echo many > many || die
	insinto /usr/share/faults
	doins many
}
