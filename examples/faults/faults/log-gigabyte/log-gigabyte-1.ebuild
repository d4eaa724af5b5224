# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must succeed: neither the worker nor the coordinator may grow with the log, and the log is kept as policy says.
DESCRIPTION="Writes a gigabyte of log, then installs a file"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	local line="one line of a very long log, of which nobody will ever read more than the end"
	# A gigabyte, in lines; head closes the pipe, so its status is the one that counts.
	yes "${line}" | head -c 1G
	[[ ${PIPESTATUS[1]} -eq 0 ]] || die
	echo
	echo "end of the long log"
	echo long > log || die
}

src_install() {
	insinto /usr/share/faults
	doins log
}
