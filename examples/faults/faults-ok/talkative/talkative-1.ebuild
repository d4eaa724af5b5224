# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

EAPI=8

DESCRIPTION="Has something to tell people in several phases"
S="${WORKDIR}"
LICENSE="Apache-2.0"
SLOT="0"
KEYWORDS="amd64"

src_configure() {
	ewarn "two lines of a warning:"
	ewarn "the second one"
}

src_compile() {
	eqawarn "QA Notice: this ebuild talks too much"
	# Nothing that shows the log may take it for more than text.
	echo '<img src=x onerror="window.hostile = 1"><b>bold</b><script>window.hostile = 1</script>'
	sleep 1
}

src_install() {
	echo text >text || die
	insinto /usr/share/talkative
	doins text
}

pkg_postinst() {
	elog "Restart what uses it."
}
