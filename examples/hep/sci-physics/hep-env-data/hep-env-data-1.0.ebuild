# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Descriptions of the kinds of libraries that hep-env lists"
S="${WORKDIR}"

LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

RDEPEND=">=sci-physics/hep-env-1"

src_install() {
	insinto /usr/share/hep-env
	doins "${FILESDIR}/kinds"
}
