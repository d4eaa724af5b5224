# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as out-of-memory where builds may have less than 3 GiB, and succeed where they have more.
DESCRIPTION="Touches 3 GiB of memory"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_unpack() {
	cp "${FILESDIR}/hog.c" . || die
}

src_compile() {
	"${CC:-gcc}" ${CFLAGS} -o hog hog.c || die
	./hog 3072 || die "hog ended with status $?"
}

src_install() {
	dobin hog
}
