# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-cmake hep-env

DESCRIPTION="Event record for Monte Carlo generators"
HOMEPAGE="https://hepmc.web.cern.ch/hepmc/"
SRC_URI="mirror://debian/pool/main/h/hepmc3/hepmc3_${PV}.orig.tar.gz"
S="${WORKDIR}/HepMC3-${PV}"

LICENSE="LGPL-3+"
SLOT="3/2" # HepMC 2 and 3 live beside each other; then the soname's number
KEYWORDS="amd64"
IUSE="+interfaces +search"

# The interfaces need this package to be of any use, and are wanted soon after it, not before.
PDEPEND="interfaces? ( ~sci-physics/hepmc-interfaces-${PV} )"

src_configure() {
	local hepcmakeargs=(
		-DHEPMC3_BUILD_EXAMPLES=OFF
		-DHEPMC3_ENABLE_ROOTIO=OFF
		-DHEPMC3_ENABLE_SEARCH=$(usex search ON OFF)
		-DHEPMC3_ENABLE_TEST=OFF
		-DHEPMC3_INSTALL_INTERFACES=OFF
	)
	hep-cmake_src_configure
}

src_install() {
	hep-cmake_src_install
	hep-env_doentry events HepMC3 $(usev search HepMC3search)
}
