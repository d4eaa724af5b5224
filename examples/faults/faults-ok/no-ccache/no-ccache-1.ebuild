# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must be built all the same: a failure with ccache does not count.
DESCRIPTION="Fails where a compiler cache stands in the place of the compiler"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	[[ $(type -P gcc) != *ccache* ]] || die "the compiler is not itself"
}
