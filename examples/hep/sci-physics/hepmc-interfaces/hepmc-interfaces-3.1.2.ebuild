# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Sources that connect event generators to HepMC3"
HOMEPAGE="https://hepmc.web.cern.ch/hepmc/"
SRC_URI="mirror://debian/pool/main/h/hepmc3/hepmc3_${PV}.orig.tar.gz"
S="${WORKDIR}/HepMC3-${PV}"

LICENSE="LGPL-3+"
SLOT="0"
KEYWORDS="amd64"

# A run-time cycle: hepmc has this package as PDEPEND.
RDEPEND="~sci-physics/hepmc-${PV}[interfaces]"

src_configure() { :; }

src_compile() { :; }

src_install() {
	insinto /usr/share/HepMC3
	doins -r interfaces
}
