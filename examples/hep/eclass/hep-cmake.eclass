# Copyright 2026 The binfarm authors
# SPDX-License-Identifier: Apache-2.0

# @ECLASS: hep-cmake.eclass
# @SUPPORTED_EAPIS: 8
# @BLURB: configure, build and install with CMake, by ninja unless told otherwise
# @DESCRIPTION:
# HEP_CMAKE_GENERATOR (before inherit): ninja (default) or make, which needs nothing but the base system.
# HEP_CMAKE_SOURCE: the directory of CMakeLists.txt; ${S} if unset.
# hepcmakeargs: array of arguments, usually set in src_configure before hep-cmake_src_configure is called.

case ${EAPI} in
	8) ;;
	*) die "${ECLASS}: EAPI ${EAPI:-0} not supported" ;;
esac

: "${HEP_CMAKE_GENERATOR:=ninja}"

BDEPEND="dev-build/cmake"
case ${HEP_CMAKE_GENERATOR} in
	# The overlay's own: a base system may claim an older one in package.provided.
	ninja) BDEPEND+=" >=dev-build/ninja-1.11.1-r1" ;;
	make) BDEPEND+=" dev-build/make" ;;
	*) die "${ECLASS}: unknown HEP_CMAKE_GENERATOR '${HEP_CMAKE_GENERATOR}'" ;;
esac

EXPORT_FUNCTIONS src_configure src_compile src_install

# Prints the number of jobs that MAKEOPTS allows: ninja understands few of make's other options.
_hep-cmake_jobs() {
	local jobs=1
	[[ " ${MAKEOPTS} " =~ \ (-j|--jobs=|--jobs\ )\ *([0-9]+) ]] && jobs=${BASH_REMATCH[2]}
	echo "${jobs}"
}

hep-cmake_src_configure() {
	local generator=Ninja
	[[ ${HEP_CMAKE_GENERATOR} == make ]] && generator="Unix Makefiles"
	BUILD_DIR=${WORKDIR}/${P}_build
	local args=(
		-S "${HEP_CMAKE_SOURCE:-${S}}"
		-B "${BUILD_DIR}"
		-G "${generator}"
		-Wno-dev
		# Not every project knows all of the variables below.
		--no-warn-unused-cli
		# No flags of CMake's own choice: CFLAGS and CXXFLAGS are Portage's.
		-DCMAKE_BUILD_TYPE=None
		-DCMAKE_INSTALL_PREFIX="${EPREFIX}/usr"
		-DCMAKE_INSTALL_LIBDIR="$(get_libdir)"
		-DCMAKE_INSTALL_DOCDIR="share/doc/${PF}"
		-DCMAKE_SKIP_INSTALL_RPATH=ON
		-DBUILD_SHARED_LIBS=ON
		-DBUILD_TESTING=OFF
		"${hepcmakeargs[@]}"
	)
	echo cmake "${args[@]}"
	cmake "${args[@]}" || die "cmake failed to configure ${P}"
}

hep-cmake_src_compile() {
	cmake --build "${BUILD_DIR}" --verbose -j "$(_hep-cmake_jobs)" || die "${P} failed to build"
}

hep-cmake_src_install() {
	DESTDIR="${D}" cmake --install "${BUILD_DIR}" || die "${P} failed to install"
	find "${ED}" \( -name '*.a' -o -name '*.la' \) -delete || die
	einstalldocs
}
