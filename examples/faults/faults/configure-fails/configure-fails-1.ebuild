# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as build-failed; what configure, CMake and Meson write of it is kept.
DESCRIPTION="Does not configure, and says why in a file"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_configure() {
	mkdir -p sub/CMakeFiles sub/meson-logs || die
	echo "conftest.c:1: faults.h is missing" >sub/config.log || die
	echo "CheckFaults.c:1: faults.h is missing" >sub/CMakeFiles/CMakeError.log || die
	echo "Dependency faults found: NO" >sub/meson-logs/meson-log.txt || die
	ewarn "this may not go well"
	die "configure failed"
}
