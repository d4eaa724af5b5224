# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Says whether its work directory is in memory, and fills it a little"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	dd if=/dev/zero of=content bs=1M count=4 || die
	echo "the work directory is $(stat -f -c %T .)"
	# Long enough to be seen.
	sleep 2
}
