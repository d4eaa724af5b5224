# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-cmake hep-env

DESCRIPTION="Generic serialization for C++: archives of histograms and events"
HOMEPAGE="https://geners.hepforge.org/"
SRC_URI="mirror://debian/pool/main/g/geners/geners_0.0~svn60+ds.orig.tar.xz"
S="${WORKDIR}/geners-0.0~svn60"

LICENSE="MIT"
SLOT="0"
KEYWORDS="amd64"

RDEPEND="
	>=app-arch/bzip2-1.0.8-r1:=
	sys-libs/zlib:=
"
DEPEND="${RDEPEND}"

src_prepare() {
	default
	# The archive has no build system left.
	cp "${FILESDIR}/CMakeLists.txt" . || die
	cp geners/CPP11_config_enable.hh geners/CPP11_config.hh || die
}

src_install() {
	hep-cmake_src_install
	hep-env_doentry io geners
}
