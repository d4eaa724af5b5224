# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-cmake hep-env

DESCRIPTION="Jet finding in hadron and electron collisions"
HOMEPAGE="https://fastjet.fr/"
SRC_URI="mirror://debian/pool/main/f/fastjet/fastjet_${PV}+dfsg.orig.tar.xz"

LICENSE="GPL-2+"
SLOT="0/${PV}"
KEYWORDS="amd64"
IUSE="+plugins"

src_prepare() {
	default
	# The archive has no configure script; upstream's sources are simple enough for a CMakeLists.txt of our own.
	cp "${FILESDIR}/CMakeLists.txt" . || die
	# Upstream's generator of the configuration header enables plugins that are not all built here.
	cd src && sh genconfig.sh ../include/fastjet/config_auto.h || die
	sed -i -E '/^#define FASTJET_ENABLE_PLUGIN/d' ../include/fastjet/config_auto.h || die
	if use plugins; then
		local plugin
		for plugin in CDFCONES EECAMBRIDGE GRIDJET JADE TRACKJET; do
			echo "#define FASTJET_ENABLE_PLUGIN_${plugin}" >> ../include/fastjet/config_auto.h || die
		done
	fi
}

src_configure() {
	local hepcmakeargs=( -DPROJECT_VERSION="${PV}" -DPLUGINS=$(usex plugins ON OFF) )
	hep-cmake_src_configure
}

src_install() {
	hep-cmake_src_install
	hep-env_doentry jets fastjet fastjettools $(usev plugins fastjetplugins)
}
