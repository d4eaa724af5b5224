# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

# @ECLASS: hep-env.eclass
# @SUPPORTED_EAPIS: 8
# @BLURB: register a library of the stack with hep-env
# @DESCRIPTION:
# The ebuild calls hep-env_doentry in src_install; the index is refreshed when the package is merged or unmerged,
# for which hep-env must be there at that time (IDEPEND), not when the package is built.

case ${EAPI} in
	8) ;;
	*) die "${ECLASS}: EAPI ${EAPI:-0} not supported" ;;
esac

IDEPEND="sci-physics/hep-env"

EXPORT_FUNCTIONS pkg_postinst pkg_postrm

# hep-env_doentry KIND LIBRARY...: what this package offers, with the names its libraries are linked by.
hep-env_doentry() {
	local kind=$1
	shift
	echo "${PN} ${PV} ${kind} $*" > "${T}/hep-entry" || die
	insinto /usr/share/hep-env/entries
	newins "${T}/hep-entry" "${PN}"
}

_hep-env_refresh() {
	# Absent only while hep-env itself is being removed.
	if command -v hep-env > /dev/null; then
		hep-env refresh "${EROOT:-/}" || ewarn "hep-env could not refresh its index"
	fi
}

hep-env_pkg_postinst() {
	_hep-env_refresh
}

hep-env_pkg_postrm() {
	_hep-env_refresh
}
