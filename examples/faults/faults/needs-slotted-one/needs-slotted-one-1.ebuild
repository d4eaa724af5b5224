# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Healthy alone; half of the conflict of faults/slot-conflict.
DESCRIPTION="Depends on version 1 of faults/slotted"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
RDEPEND="=faults/slotted-1"
