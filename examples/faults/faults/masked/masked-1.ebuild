# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Masked in profiles/package.mask: resolving it must fail, with the mask's comment as the reason.
DESCRIPTION="Masked by the repository"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
