# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="High-quality block-sorting compressor and its library"
HOMEPAGE="https://sourceware.org/bzip2/"
SRC_URI="mirror://debian/pool/main/b/bzip2/bzip2_${PV}.orig.tar.gz"

LICENSE="BZIP2"
SLOT="0/1.0" # the soname's number
KEYWORDS="amd64"
IUSE="tools"

src_compile() {
	emake -f Makefile-libbz2_so CC="${CC:-gcc}" CFLAGS="${CFLAGS} -fPIC -D_FILE_OFFSET_BITS=64" \
		LDFLAGS="${LDFLAGS}"
}

src_install() {
	dolib.so libbz2.so.${PV}
	dosym libbz2.so.${PV} /usr/$(get_libdir)/libbz2.so.1.0
	dosym libbz2.so.${PV} /usr/$(get_libdir)/libbz2.so
	doheader bzlib.h
	use tools && newbin bzip2-shared bzip2
	einstalldocs
}
