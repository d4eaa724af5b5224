# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Resolving must fail: REQUIRED_USE is not met by the flags as they are.
DESCRIPTION="Has USE flags of which one must be on"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
IUSE="one other"
REQUIRED_USE="^^ ( one other )"
