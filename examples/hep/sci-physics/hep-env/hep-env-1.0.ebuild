# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Says which libraries of the physics stack a system has"
S="${WORKDIR}"

LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

# A run-time cycle: each is of no use without the other, and neither needs the other to be built.
RDEPEND="sci-physics/hep-env-data"

src_install() {
	dobin "${FILESDIR}/hep-env"
}
