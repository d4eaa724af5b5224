# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-env

DESCRIPTION="GNU Scientific Library"
HOMEPAGE="https://www.gnu.org/software/gsl/"
SRC_URI="mirror://debian/pool/main/g/gsl/gsl_${PV}+dfsg.orig.tar.gz"
S="${WORKDIR}/gsl"

LICENSE="GPL-3+"
SLOT="0/27" # the soname's number
KEYWORDS="amd64"

BDEPEND="dev-build/make"

src_prepare() {
	default
	# The archive comes without the sources of the manual, but its Makefile still descends there.
	sed -i -E '/^SUBDIRS = /s/ doc( |$)/ /' Makefile.in || die
	sed -i -E 's: doc/Makefile( |"|$): \1:' configure || die
	# Keep make from wanting automake again.
	touch aclocal.m4 && touch configure config.h.in && find . -name Makefile.in -exec touch {} + || die
}

src_configure() {
	econf --disable-static
}

src_install() {
	default
	find "${ED}" -name '*.la' -delete || die
	hep-env_doentry numerics gsl gslcblas
}
