# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

inherit hep-cmake

DESCRIPTION="Explicit SIMD vector types for C++"
HOMEPAGE="https://github.com/VcDevel/Vc"
SRC_URI="mirror://debian/pool/main/v/vc/vc_${PV}.orig.tar.gz"
S="${WORKDIR}/Vc-${PV}"

LICENSE="BSD"
SLOT="0"
KEYWORDS="amd64"
