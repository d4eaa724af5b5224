# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Healthy and slow, a line of log each second: for whatever must happen in the middle of a build.
DESCRIPTION="Builds for half a minute, then installs a file"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	local second
	for second in {1..30}; do
		echo "second ${second} of 30"
		sleep 1
	done
	echo done > slow || die
}

src_install() {
	insinto /usr/share/faults-ok
	doins slow
}
