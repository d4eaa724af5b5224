# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Healthy; its flag is off by default.
DESCRIPTION="Has a USE flag that others ask for"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
IUSE="extra"
