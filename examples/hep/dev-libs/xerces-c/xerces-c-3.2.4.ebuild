# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-cmake

DESCRIPTION="Validating XML parser in C++, used to read detector geometries"
HOMEPAGE="https://xerces.apache.org/xerces-c/"
SRC_URI="mirror://debian/pool/main/x/xerces-c/xerces-c_${PV}+debian.orig.tar.xz"

LICENSE="Apache-2.0"
SLOT="0/$(ver_cut 1-2)"
KEYWORDS="amd64"
IUSE="+threads"

src_prepare() {
	default
	# Only the library: neither documentation, samples nor tests.
	sed -i -E '/add_subdirectory\((doc|samples|tests)\)/d' CMakeLists.txt || die
}

src_configure() {
	local hepcmakeargs=(
		-Dnetwork=OFF
		-Dtranscoder=gnuiconv
		-Dmessage-loader=inmemory
		-Dthreads=$(usex threads ON OFF)
	)
	hep-cmake_src_configure
}
