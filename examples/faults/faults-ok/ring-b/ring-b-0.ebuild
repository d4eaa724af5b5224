# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# What an image needs so that the cycle of ring-a-1 and ring-b-1 can be built: it needs nothing itself.
DESCRIPTION="Installs a file that says which version it is"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	echo "I am ${PF}" > ring-b || die
}

src_install() {
	insinto /usr/share/faults-ok
	doins ring-b
}
