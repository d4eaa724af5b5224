# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as out-of-disk where builds may have less than 8 GiB of disk, and succeed where they have more.
DESCRIPTION="Writes 8 GiB into its build directory"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	local gibibyte
	for gibibyte in {1..8}; do
		dd if=/dev/zero of="fill-${gibibyte}" bs=1M count=1024 status=none || die "writing stopped in GiB ${gibibyte}"
		echo "${gibibyte} GiB written"
	done
	rm fill-* || die
}

src_install() {
	echo full > disk || die
	insinto /usr/share/faults
	doins disk
}
