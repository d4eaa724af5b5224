# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# A cycle with ring-b-1 that an installed ring-b-0 breaks: then this one is built first, and against that.
DESCRIPTION="Holds the words of the ring-b that it was built against"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
DEPEND="faults-ok/ring-b"

src_compile() {
	cp "${ESYSROOT}/usr/share/faults-ok/ring-b" ring-a || die
}

src_install() {
	insinto /usr/share/faults-ok
	doins ring-a
}
