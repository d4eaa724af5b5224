# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Installs a list of what its build could see of the host"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_compile() {
	local distdir=/binfarm/host-distfiles
	{
		echo "host $(hostname)"
		echo "LANG ${LC_ALL:-${LANG}}"
		echo "TZ ${TZ}"
		echo "SOURCE_DATE_EPOCH ${SOURCE_DATE_EPOCH}"
		echo "umask $(umask)"
		echo "interfaces $(cd /sys/class/net && echo *)"
		if touch "${distdir}/written" 2>/dev/null; then
			echo "distfiles writable"
		else
			echo "distfiles read-only"
		fi
		# A private PID space: the first process is the farm's script.
		echo "first process $(</proc/1/comm)"
		echo "shared memory segments $(($(wc -l </proc/sysvipc/shm) - 1))"
		# What is no file system of the kernel's own making comes from the host; work directories may be in memory.
		awk '{ for (n = 7; $n != "-"; n++); type = $(n + 1) }
			type ~ /^(proc|sysfs|tmpfs|devtmpfs|devpts|mqueue|cgroup2?)$/ && $5 !~ "^/var/tmp" { next }
			$5 != "/" { print "mount", $5 }' \
			/proc/self/mountinfo | sort
	} >list || die
	cat list
}

src_install() {
	insinto /usr/share/surroundings
	doins list
}
