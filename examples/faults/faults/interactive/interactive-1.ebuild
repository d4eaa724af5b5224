# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must be refused from the plan, with PROPERTIES=interactive as the reason; no worker waits for an answer.
DESCRIPTION="Asks a question while it is built"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"
PROPERTIES="interactive"

src_compile() {
	local answer
	read -r -p "Continue? " answer < /dev/tty || die "nobody is here to answer"
}
