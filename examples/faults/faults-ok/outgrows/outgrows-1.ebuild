# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must be built all the same, on the disk.
DESCRIPTION="Needs more room once its work directory is in memory"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	local mebibytes=4
	[[ $(stat -f -c %T .) != tmpfs ]] || mebibytes=200
	dd if=/dev/zero of=content bs=1M count=${mebibytes} || die
}
