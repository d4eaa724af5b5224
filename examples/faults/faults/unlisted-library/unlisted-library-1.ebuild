# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as build-failed: it links to chain-a, which its RDEPEND forgets.
DESCRIPTION="Links to a library that it does not name in RDEPEND"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
DEPEND="faults-ok/chain-a"

src_unpack() {
	printf '#include <chain-a.h>\nint main(void) { return chain_a(); }\n' > unlisted.c || die
}

src_compile() {
	"${CC:-gcc}" ${CFLAGS} ${LDFLAGS} -o unlisted unlisted.c -lchain-a || die "unlisted.c does not compile"
}

src_install() {
	dobin unlisted
}
