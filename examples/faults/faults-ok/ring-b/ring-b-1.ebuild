# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# A cycle with ring-a-1: needs it to be built, and the other way round.
DESCRIPTION="Installs a file that says which version it is"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
DEPEND="faults-ok/ring-a"

src_compile() {
	echo "I am ${PF}" > ring-b || die
}

src_install() {
	insinto /usr/share/faults-ok
	doins ring-b
}
