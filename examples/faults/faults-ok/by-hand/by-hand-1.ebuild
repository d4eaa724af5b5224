# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Its source is one line: "Given by hand."
DESCRIPTION="Is built where somebody has put its source"
SRC_URI="faults-by-hand-${PV}.txt"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
RESTRICT="fetch"

src_install() {
	insinto "/usr/share/${PN}"
	doins "${DISTDIR}/${A}"
}
