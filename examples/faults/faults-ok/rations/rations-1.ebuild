# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Installs a list of what its build may use of the host, as the kernel says it"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	local groups=/sys/fs/cgroup cores quota period
	echo "jobs ${MAKEOPTS#-j}" >list || die
	if [[ -e ${groups}/cgroup.controllers ]]; then
		read -r quota period <"${groups}/cpu.max" || die
		echo "memory $(<"${groups}/memory.max")" >>list || die
		echo "processes $(<"${groups}/pids.max")" >>list || die
	else
		quota=$(<"${groups}/cpu/cpu.cfs_quota_us") || die
		period=$(<"${groups}/cpu/cpu.cfs_period_us") || die
		echo "memory $(<"${groups}/memory/memory.limit_in_bytes")" >>list || die
		echo "processes $(<"${groups}/pids/pids.max")" >>list || die
	fi
	[[ ${quota} -gt 0 ]] && cores=$((quota / period))
	echo "cores ${cores:-any}" >>list || die
	cat list
}

src_install() {
	insinto /usr/share/rations
	doins list
}
