# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must succeed, and soon: a process that the build left behind neither holds the job up nor outlives its container.
DESCRIPTION="Leaves a daemon running when its build has ended"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	# A session of its own, no descriptor shared with the build.
	setsid --fork bash -c 'exec -a faults-daemon sleep 3600' < /dev/null > /dev/null 2>&1 || die
}

src_install() {
	echo daemon > daemon || die
	insinto /usr/share/faults
	doins daemon
}
