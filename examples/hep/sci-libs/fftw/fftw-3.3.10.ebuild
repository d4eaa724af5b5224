# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-env

DESCRIPTION="Discrete Fourier transforms (double precision)"
HOMEPAGE="https://www.fftw.org/"
SRC_URI="mirror://debian/pool/main/f/fftw3/fftw3_${PV}.orig.tar.gz"

LICENSE="GPL-2+"
SLOT="3.0/3"
KEYWORDS="amd64"
IUSE="openmp +threads"

BDEPEND="dev-build/make"

src_configure() {
	econf --enable-shared --disable-static --disable-doc --disable-fortran \
		$(use_enable openmp) $(use_enable threads)
}

src_install() {
	default
	find "${ED}" -name '*.la' -delete || die
	hep-env_doentry numerics fftw3
}
