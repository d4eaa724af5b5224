# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as fetch-failed, after the retries that transient failures get: no mirror has the file.
DESCRIPTION="Its source is on no mirror"
SRC_URI="mirror://debian/pool/main/f/faults/faults-fetch-missing_${PV}.orig.tar.gz"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
