# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-env

DESCRIPTION="Hierarchical data format: self-describing files for large arrays"
HOMEPAGE="https://www.hdfgroup.org/HDF5/"
SRC_URI="mirror://debian/pool/main/h/hdf5/hdf5_${PV}+repack1.orig.tar.gz"
S="${WORKDIR}/${P}+repack1"

LICENSE="NCSA-HDF"
SLOT="0/103" # the soname's number
KEYWORDS="amd64"
IUSE="hl threads +zlib"
# Upstream does not support the high-level library with thread safety.
REQUIRED_USE="threads? ( !hl )"

RDEPEND="zlib? ( sys-libs/zlib:= )"
DEPEND="${RDEPEND}"
BDEPEND="dev-build/make"

src_configure() {
	econf --enable-build-mode=production --enable-shared --disable-static --disable-fortran --disable-cxx \
		--disable-tests --disable-tools --with-default-plugindir="${EPREFIX}/usr/$(get_libdir)/hdf5/plugin" \
		$(use_enable hl) $(use_enable threads threadsafe) $(use_with zlib)
}

src_install() {
	default
	find "${ED}" -name '*.la' -delete || die
	rm -rf "${ED}/usr/share/hdf5_examples" || die
	hep-env_doentry io hdf5
}
