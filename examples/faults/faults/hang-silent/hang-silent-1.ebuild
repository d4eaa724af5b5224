# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as timed-out once it has been silent for longer than the farm allows; the reason says so.
DESCRIPTION="Stops writing its log and never ends"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	echo "this is the last line of the log"
	sleep infinity
}
