# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

# Must end as timed-out once it has run for longer than the farm allows, however much it prints.
DESCRIPTION="Goes on for ever, and says so each second"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	local second
	for ((second = 1; ; second++)); do
		echo "second ${second}"
		sleep 1
	done
}
