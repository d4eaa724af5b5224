# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Resolving must fail: a slot conflict, with both versions of faults/slotted and who requires which.
DESCRIPTION="Depends on two versions of one slot"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="
	faults/needs-slotted-one
	=faults/slotted-2
"
