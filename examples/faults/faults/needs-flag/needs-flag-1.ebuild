# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Resolving must fail: faults/has-flag needs USE=extra, and Portage's suggested change is shown.
DESCRIPTION="Depends on a package with a USE flag that is off"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
DEPEND="faults/has-flag[extra]"
