# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must be built: when its pkg_postinst dies it is installed, and emerge says so.
DESCRIPTION="Dies when it has been installed"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	echo "is installed" > readme || die
	insinto /usr/share/${PN}
	doins readme
}

pkg_postinst() {
	die "this package does not like to have been installed"
}
