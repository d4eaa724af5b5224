# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as build-failed, without a second try; the reason shows the compiler's own error.
DESCRIPTION="Does not compile"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_unpack() {
	cat > broken.c <<-EOF || die
		int main(void) {
			return undeclared_function_of_faults(1) + ;
		}
	EOF
}

src_compile() {
	"${CC:-gcc}" ${CFLAGS} -o broken broken.c || die "broken.c does not compile"
}
