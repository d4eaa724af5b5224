# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-cmake hep-env

DESCRIPTION="Class library for high energy physics: vectors, random numbers, units"
HOMEPAGE="https://proj-clhep.web.cern.ch/proj-clhep/"
SRC_URI="mirror://debian/pool/main/c/clhep/clhep_${PV}+dfsg.orig.tar.gz"
S="${WORKDIR}/${P}.orig"

LICENSE="GPL-3 LGPL-3"
SLOT="2/${PV}" # the version is part of the soname
KEYWORDS="amd64"

PATCHES=( "${FILESDIR}/${P}-one-library.patch" )

src_prepare() {
	default
	# The tests would be built always, and link to the static libraries.
	sed -i '/add_subdirectory(test)/d' */CMakeLists.txt || die
}

src_configure() {
	local libdir=$(get_libdir)
	local hepcmakeargs=( -DLIB_SUFFIX="${libdir#lib}" )
	hep-cmake_src_configure
}

src_install() {
	hep-cmake_src_install
	# They name the libraries that are not built; clhep-config stays.
	find "${ED}/usr/bin" -type f ! -name clhep-config -delete || die
	hep-env_doentry toolkit CLHEP
}
