# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

# @ECLASS: tiny-library.eclass
# @SUPPORTED_EAPIS: 8
# @BLURB: a package that is one C function in one shared library
# @DESCRIPTION:
# TINY_NEEDS (before inherit): names of packages in faults-ok whose functions this one calls, so that it cannot be
# built without them.

case ${EAPI} in
	8) ;;
	*) die "${ECLASS}: EAPI ${EAPI:-0} not supported" ;;
esac

DESCRIPTION="Tiny C library ${PN}, made to be built in a second"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0/${PV}"
KEYWORDS="amd64"

for _need in ${TINY_NEEDS}; do
	RDEPEND+=" faults-ok/${_need}:="
done
unset _need
DEPEND="${RDEPEND}"

EXPORT_FUNCTIONS src_unpack src_compile src_install

tiny-library_src_unpack() {
	local need sum=1
	{
		echo "int ${PN//-/_}(void);"
		for need in ${TINY_NEEDS}; do
			echo "#include <${need}.h>"
			sum+=" + ${need//-/_}()"
		done
		echo "int ${PN//-/_}(void) { return ${sum}; }"
	} > "${PN}.c" || die
	echo "int ${PN//-/_}(void);" > "${PN}.h" || die
}

tiny-library_src_compile() {
	local need libraries=()
	for need in ${TINY_NEEDS}; do
		libraries+=( "-l${need}" )
	done
	set -- "${CC:-gcc}" ${CFLAGS} -fPIC -shared ${LDFLAGS} -Wl,-soname,"lib${PN}.so.0" \
		-o "lib${PN}.so.0" "${PN}.c" "${libraries[@]}"
	echo "$@"
	"$@" || die "${PN} does not compile"
}

tiny-library_src_install() {
	dolib.so "lib${PN}.so.0"
	dosym "lib${PN}.so.0" "/usr/$(get_libdir)/lib${PN}.so"
	doheader "${PN}.h"
}
