# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Resolving must fail: the atom that nothing provides is named, and who requires it.
DESCRIPTION="Depends on a package that does not exist"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
DEPEND="faults/does-not-exist"
