# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="A program that says what chain-c comes to: an image that runs it has all that it needs"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="faults-ok/chain-c:="
DEPEND="${RDEPEND}"

src_unpack() {
	printf '#include <stdio.h>\n#include <chain-c.h>\nint main(void) { printf("chain-c: %%d\\n", chain_c()); return 0; }\n' \
		> program.c || die
}

src_compile() {
	"${CC:-gcc}" ${CFLAGS} ${LDFLAGS} -o program program.c -lchain-c || die "program.c does not compile"
}

src_install() {
	dobin program
	newenvd - 50program <<-EOF
		PROGRAM_HOME="/usr/share/program"
	EOF
}
