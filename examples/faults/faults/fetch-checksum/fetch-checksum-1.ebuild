# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as fetch-failed: the file comes (a small one of a real package), and is not what the Manifest says.
DESCRIPTION="Its source does not match the Manifest"
SRC_URI="mirror://debian/pool/main/b/bzip2/bzip2_1.0.8.orig.tar.gz -> faults-fetch-checksum-${PV}.tar.gz"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
