# Sourced by build-image: makes the mini stage3 and snapshot images.
# Takes `here`, `cache`, `engine`, `die`, `say`, `digest_tree`, `use_engine`, `build`; sets `stage3` and `snapshot`.

mini_sources() { # apt source lines of this machine's Debian archive
    local lines keyring=/usr/share/keyrings/debian-archive-keyring.gpg option=
    [[ -f $keyring ]] && option="[signed-by=$keyring] "
    # shellcheck disable=SC2016
    lines=$(apt-get indextargets --format '$(ORIGIN)|$(REPO_URI)|$(RELEASE)|$(COMPONENT)' \
        'Created-By: Packages' "Architecture: $(dpkg --print-architecture)" |
        awk -F'|' -v option="$option" '$1 == "Debian" { print "deb " option $2 " " $3 " " $4 }' | LC_ALL=C sort -u)
    [[ -n $lines ]] ||
        die "apt knows no Debian archive: the mini image needs a Debian host on which \`apt-get update\` has run"
    printf '%s\n' "$lines"
}

mini_suite() { # the release itself, not its updates
    mini_sources | awk '{ suite = $(NF - 1) } suite !~ /-/ { print suite; exit }'
}

mini_mirrors() { # archive roots that hold pool/main
    mini_sources | awk '$(NF - 1) !~ /-security/ { sub("/$", "", $(NF - 2)); print $(NF - 2) }' | LC_ALL=C sort -u
}

mini_options() { # appends to `options` what makes mmdebstrap's tree small, and what apt needs to reach its archive on this machine
    local option
    while read -r option; do
        options+=(--aptopt="$option")
    done < <(apt-config dump | grep -E '^Acquire::(http|https|Check|Retries|ForceIPv)' | grep -v '""')
    for option in doc info locale man lintian; do
        options+=(--dpkgopt="path-exclude=/usr/share/$option/*")
    done
    options+=(--aptopt='Apt::Install-Recommends "false"')
}

mini_base() { # FILE: a Debian tree as a tar; beside it, in FILE.headers, the package with Python's headers
    local file=$1 suite headers tool options=()
    for tool in mmdebstrap apt-get; do
        command -v "$tool" >/dev/null || die "$tool is not installed (apt-get install mmdebstrap)"
    done
    suite=$(mini_suite)
    say "Debian $suite base (about two minutes)"
    mini_options # none is left behind in the tree
    headers=$file.headers.new
    rm -rf "$headers"
    mkdir -p "$headers"
    # shellcheck disable=SC2016
    mini_sources | mmdebstrap --quiet --variant=minbase --format=tar \
        --include="$(grep -v '^#' "$here/mini/packages" | paste -sd,)" "${options[@]}" \
        --customize-hook='mkdir -m 777 "$1/headers"' \
        --customize-hook='chroot "$1" sh -ec "cd /headers; apt-get -q download libpython3.*-dev"' \
        --customize-hook="copy-out /headers $headers" \
        --customize-hook='rm -rf "$1/headers" "$1/etc/apt/apt.conf.d/99mmdebstrap" "$1"/etc/apt/sources.list*' \
        "$suite" "$file.new" - >"$cache/mmdebstrap.log" 2>&1 ||
        { tail -n 20 "$cache/mmdebstrap.log" >&2; die "mmdebstrap failed; all of it is in $cache/mmdebstrap.log"; }
    rm -rf "$file.headers"
    mv "$headers/headers" "$file.headers"
    rmdir "$headers"
    mv "$file.new" "$file"
}

mini_portage() { # DIRECTORY: Portage's source distribution, checked by its digest
    [[ -n $(echo "$1"/portage-*.tar.gz) ]] && return
    say "Portage's source distribution"
    # Only Portage as source: its build requirements may come as wheels.
    python3 -m pip --quiet download --no-deps --no-binary portage --require-hashes \
        --requirement "$here/mini/portage.requirement" --dest "$1.new" >"$cache/pip.log" 2>&1 ||
        { tail -n 20 "$cache/pip.log" >&2; die "cannot fetch Portage from the Python package index (see $cache/pip.log)"; }
    mv "$1.new" "$1"
}

mini_make() { # CONTEXT
    local context=$1 key base portage image
    key=$({ mini_sources; grep -v '^#' "$here/mini/packages"; } | sha256sum | cut -c 1-16)
    base=$cache/mini-base-$key.tar
    [[ -f $base ]] || mini_base "$base"
    portage=$cache/portage-$(sha256sum <"$here/mini/portage.requirement" | cut -c 1-16)
    mini_portage "$portage"

    image=localhost/binfarm-mini-base:$key
    if ! $engine image inspect "$image" >/dev/null 2>&1; then
        $engine import "$base" "$image" >/dev/null 2>&1 || die "cannot import $base into $engine"
    fi
    use_engine "$image"

    mkdir -p "$context/snapshot"
    cp "$here/mini/Containerfile" "$here/mini/setup" "$here/mini/provided" "$context/"
    cp -R "$base.headers" "$context/python-headers"
    cp -R "$portage" "$context/portage"
    cp -R "$here/mini/repo/." "$context/snapshot/"
    printf 'debian %s\n' "$(mini_mirrors | paste -sd ' ')" >"$context/snapshot/profiles/thirdpartymirrors"
    key=$({ echo "$key"; digest_tree "$context"; } | sha256sum | cut -c 1-16)
    stage3=localhost/binfarm-mini-stage3:$key
    snapshot=localhost/binfarm-mini-snapshot:$key
    if ! $engine image inspect "$stage3" "$snapshot" >/dev/null 2>&1; then
        say "stage3 and snapshot"
        build "$context" "$stage3" --target stage3 --build-arg "BASE=$image"
        build "$context" "$snapshot" --target snapshot --build-arg "BASE=$image"
    fi
}
