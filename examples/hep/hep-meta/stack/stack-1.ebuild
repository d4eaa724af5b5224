# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="The physics stack: install this to get all of it"

LICENSE="metapackage"
SLOT="0"
KEYWORDS="amd64"
IUSE="geometry +io +jets +numerics"
# A stack without any of these would be two libraries and a name.
REQUIRED_USE="|| ( io jets numerics )"

RDEPEND="
	sci-physics/clhep:2
	sci-physics/hep-env
	sci-physics/hepmc:3[search]
	geometry? (
		dev-libs/vc
		dev-libs/xerces-c
	)
	io? (
		dev-cpp/yaml-cpp
		sci-libs/hdf5[zlib]
	)
	jets? ( sci-physics/fastjet )
	numerics? (
		sci-libs/fftw:3.0
		sci-libs/gsl
	)
"
