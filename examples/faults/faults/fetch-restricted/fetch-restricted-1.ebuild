# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must be refused from the plan, before a worker has it, with RESTRICT=fetch as the reason.
DESCRIPTION="Its source may only be fetched by hand"
SRC_URI="faults-fetch-restricted-${PV}.tar.gz"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
RESTRICT="fetch"

pkg_nofetch() {
	einfo "Accept the vendor's terms, then put ${A} into DISTDIR."
}
