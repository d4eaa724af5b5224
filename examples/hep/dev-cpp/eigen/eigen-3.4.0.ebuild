# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-cmake

DESCRIPTION="C++ template library for linear algebra (headers)"
HOMEPAGE="https://eigen.tuxfamily.org/"
SRC_URI="mirror://debian/pool/main/e/eigen3/eigen3_${PV}.orig.tar.bz2"

LICENSE="MPL-2.0"
SLOT="3"
KEYWORDS="amd64"

src_prepare() {
	default
	# Headers alone: the BLAS and LAPACK built on them would cost minutes.
	sed -i -E '/add_subdirectory\((blas|lapack|doc|test|unsupported\/test|failtest|demos|bench[^)]*)[ )]/d' \
		CMakeLists.txt || die
}

src_configure() {
	local hepcmakeargs=( -DEIGEN_BUILD_DOC=OFF -DEIGEN_BUILD_PKGCONFIG=ON )
	hep-cmake_src_configure
}
