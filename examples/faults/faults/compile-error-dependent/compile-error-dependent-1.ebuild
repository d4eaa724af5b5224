# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Never starts: must be skipped because of faults/compile-error, which is named.
DESCRIPTION="Healthy, but needs faults/compile-error to be built"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

DEPEND="faults/compile-error"
RDEPEND="${DEPEND}"

src_install() {
	echo "never reached" > reached || die
	insinto /usr/share/faults
	doins reached
}
