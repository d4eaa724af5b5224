# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# A cycle with loop-b while USE=manual is on, as it is by default: built without it first, it can be built with it later.
DESCRIPTION="Says whether it was built with its manual, which loop-b makes"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
IUSE="+manual"
DEPEND="manual? ( faults-ok/loop-b )"

src_install() {
	insinto /usr/share/faults-ok
	if use manual; then
		newins "${ESYSROOT}/usr/share/faults-ok/loop-b" loop-a
	else
		newins - loop-a <<< "no manual"
	fi
}
