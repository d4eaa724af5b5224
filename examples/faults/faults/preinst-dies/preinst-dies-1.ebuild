# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as build-failed: it builds, but cannot be installed.
DESCRIPTION="Dies when it is installed"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	echo "cannot be installed" > readme || die
	insinto /usr/share/${PN}
	doins readme
}

pkg_preinst() {
	die "this package does not like to be installed"
}
