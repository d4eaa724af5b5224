# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="What faults-ok/user needs to be installed"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_install() {
	echo users > group || die
	insinto /usr/share/${PN}
	doins group
}
