# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Standard (de)compression library"
HOMEPAGE="https://zlib.net/"
SRC_URI="mirror://debian/pool/main/z/zlib/zlib_${PV}.dfsg.orig.tar.bz2"
S="${WORKDIR}/${P}.dfsg"

LICENSE="ZLIB"
SLOT="0/1" # the soname's number
KEYWORDS="amd64"

src_configure() {
	# Not made by autoconf: it rejects most of what econf passes.
	set -- ./configure --shared --prefix="${EPREFIX}/usr" --libdir="${EPREFIX}/usr/$(get_libdir)"
	echo "$@"
	"$@" || die
}

src_install() {
	default
	rm "${ED}/usr/$(get_libdir)/libz.a" || die
}
