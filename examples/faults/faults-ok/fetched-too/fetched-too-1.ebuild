# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Shares its source with another package"
SRC_URI="mirror://debian/pool/main/b/bzip2/bzip2_1.0.8.orig.tar.gz"
S="${WORKDIR}/bzip2-1.0.8"
LICENSE="BZIP2"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	:
}

src_install() {
	insinto "/usr/share/${PN}"
	doins README
}
