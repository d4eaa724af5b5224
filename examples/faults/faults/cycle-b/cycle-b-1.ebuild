# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Resolving must fail: circular build dependencies, both packages named.
DESCRIPTION="Needs faults/cycle-a to be built, and the other way round"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
DEPEND="faults/cycle-a"
