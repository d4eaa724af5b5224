# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Built with make: everything else of the overlay that uses CMake needs this package first.
HEP_CMAKE_GENERATOR=make
inherit hep-cmake

DESCRIPTION="Small build system with a focus on speed"
HOMEPAGE="https://ninja-build.org/"
SRC_URI="mirror://debian/pool/main/n/ninja-build/ninja-build_${PV}.orig.tar.gz"

LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
