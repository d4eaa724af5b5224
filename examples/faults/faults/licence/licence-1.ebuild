# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Resolving must fail: the licence is in the group EULA, which the profile does not accept.
DESCRIPTION="Has a licence that is not accepted"
S="${WORKDIR}"
LICENSE="faults-EULA"
SLOT="0"
KEYWORDS="amd64"
