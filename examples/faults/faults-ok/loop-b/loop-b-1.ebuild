# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Makes manuals, and needs a loop-a for that"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
DEPEND="faults-ok/loop-a"

src_install() {
	insinto /usr/share/faults-ok
	newins - loop-b <<< "a manual"
}
