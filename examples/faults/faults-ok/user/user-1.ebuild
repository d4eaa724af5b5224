# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must be built when its RDEPEND has been, as acct-user/* must: its pkg_preinst uses what that installs.
DESCRIPTION="Looks for its group when it is installed"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="faults-ok/group"

src_install() {
	echo user > user || die
	insinto /usr/share/${PN}
	doins user
}

pkg_preinst() {
	[[ -f ${EROOT}/usr/share/group/group ]] || die "faults-ok/group is not installed"
}
