# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-cmake

MY_TAG="R_${PV//./_}"

DESCRIPTION="Stream-oriented XML parser library"
HOMEPAGE="https://libexpat.github.io/"
SRC_URI="mirror://debian/pool/main/e/expat/expat_${PV}.orig.tar.gz"
S="${WORKDIR}/libexpat-${MY_TAG}/expat"

LICENSE="MIT"
SLOT="0/1"
KEYWORDS="amd64"

src_configure() {
	local hepcmakeargs=(
		-DEXPAT_BUILD_DOCS=OFF
		-DEXPAT_BUILD_EXAMPLES=OFF
		-DEXPAT_BUILD_TESTS=OFF
		-DEXPAT_BUILD_TOOLS=OFF
	)
	hep-cmake_src_configure
}
