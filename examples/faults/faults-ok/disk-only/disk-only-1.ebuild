# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Builds on the disk, and fails in a work directory in memory"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	dd if=/dev/zero of=content bs=1M count=4 || die
	# Long enough to be seen.
	sleep 2
	[[ $(stat -f -c %T .) != tmpfs ]] || die "in memory it does not build"
}
