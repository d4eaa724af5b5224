# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as build-failed; its config.log is kept.
DESCRIPTION="Does not configure, and says why in a file"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_configure() {
	mkdir sub || die
	echo "conftest.c:1: faults.h is missing" >sub/config.log || die
	ewarn "this may not go well"
	die "configure failed"
}
