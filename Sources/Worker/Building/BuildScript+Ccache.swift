internal import Shared

/// Building with a compiler cache, where the farm asks for one and the image has it.
extension BuildScript {
    /// A failure with the cache does not count: the build is done again without.
    ///
    /// Each toolchain has a cache of its own, named by what its compilers say of themselves and by their files. Within it
    /// ccache tells compilers apart by their content.
    func compiling(_ emerge: String) -> String {
        guard let size = task.ccache else { return "\(emerge) || exit" }
        return """
            if command -v ccache >/dev/null; then
                export CCACHE_DIR=\(ContainerLayout.ccache)/$(toolchain) CCACHE_MAXSIZE=\(size >> 10)Ki
                export CCACHE_COMPILERCHECK=content CCACHE_STATSLOG=$CCACHE_DIR/statistics.$EPOCHREALTIME.$RANDOM
                mkdir -p "$CCACHE_DIR" && touch "$CCACHE_DIR"
                # Of builds that were killed.
                find "$CCACHE_DIR" -maxdepth 1 -name 'statistics.*' -mtime +1 -delete
                FEATURES="$FEATURES ccache"
            else
                echo '>>> binfarm: the image has no ccache'
            fi
            \(emerge) || {
                status=$?
                [[ -n $CCACHE_DIR ]] || exit $status
                echo \(ShellScript.quote("\(Marker.withoutCache)\(task.cpv)"))
                rm -f \(ContainerLayout.output)/\(Evidence.directory)/elog/*
                export FEATURES="$FEATURES -ccache"
                \(emerge) || exit
            }
            """
    }

    /// Defined before it is needed.
    var toolchain: String {
        guard task.ccache != nil else { return "# The farm asks for no ccache." }
        return """
            toolchain() {
                {
                    for compiler in gcc g++ clang clang++ rustc; do
                        command -v "$compiler" >/dev/null || continue
                        "$compiler" -v </dev/null
                        [[ $compiler != g* ]] ||
                            stat --dereference --format '%n %s %Y' "$("$compiler" -print-prog-name=cc1)" \\
                                "$("$compiler" -print-prog-name=cc1plus)"
                    done
                } 2>&1 | sha256sum | cut -c 1-16
            }
            """
    }
}
