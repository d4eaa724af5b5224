# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Compiles ten files one after the other, as build systems do"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	local number
	for number in {0..9}; do
		echo "int f${number}(void) { return ${number}; }" >"${number}.c" || die
		"${CC:-gcc}" ${CFLAGS} -c "${number}.c" || die
	done
}

src_install() {
	insinto /usr/share/compiled
	doins ./*.o
}
