internal import Shared

/// What a build leaves for people, whether it succeeds or fails.
extension BuildScript {
    /// In `ContainerLayout.output`: collected here, packed there.
    enum Evidence {
        static let directory = "evidence"
        static let list = "evidence-list"
        static let archive = "evidence.tar.gz"
        /// Of a work directory in memory what a failed build leaves.
        static let left = "left"
    }

    /// Names of files in which build systems say why they gave up.
    private static let buildLogs = [
        "config.log", "CMakeError.log", "CMakeOutput.log", "CMakeConfigureLog.yaml", "meson-log.txt", "testlog.txt",
        "test-suite.log", "LastTest.log", "LastTestsFailed.log",
    ]

    /// Describes the surroundings while the build begins, and has Portage keep what ebuilds say: where its own files of that
    /// lie the image decides, so they are copied from there (portage/elog/mod_custom.py).
    var describing: String {
        let directory = "\(ContainerLayout.output)/\(Evidence.directory)"
        return """
            mkdir -p \(directory)/elog
            export PORTAGE_ELOG_SYSTEM=custom PORTAGE_ELOG_CLASSES="log warn error qa"
            export PORTAGE_ELOG_COMMAND='cp "${LOGFILE}" \(directory)/elog/'
            timeout 60 nice emerge --info >\(directory)/emerge-info.txt 2>&1 &
            description=$!
            """
    }

    /// Collects at the end, before the container's use of CPU and memory is read. Fifty files of at most 4 MiB: whoever needs
    /// more looks at the build itself.
    var collecting: String {
        let names = Self.buildLogs.map { "-name \($0)" }.joined(separator: " -o ")
        return """
            collect() {
                local status=$1 build=\(ContainerLayout.work)/\(task.cpv) out=\(ContainerLayout.output)
                local evidence=$out/\(Evidence.directory)
                [[ -z $description ]] || wait "$description"
                mkdir -p "$evidence"
                if [[ -f $CCACHE_STATSLOG ]]; then
                    ccache --show-log-stats >"$evidence"/ccache.txt
                    rm "$CCACHE_STATSLOG"
                fi
                if ((status == 0)); then
                    cp /var/db/pkg/\(task.cpv)/environment.bz2 "$evidence"/
                elif cd "$build"; then
                    [[ ! -f temp/environment || -L temp/environment ]] ||
                        head -c 4M temp/environment >"$evidence"/environment
                    find work -xdev -type f -size -4096k '(' \(names) ')' -print0 | head -z -n 50 |
                        tar --create --null --files-from=- | tar --extract --directory="$evidence"
                fi
                cd "$evidence" || return
                find . -type f -printf '%s %P\\n' >"$out"/\(Evidence.list)
                tar --create --gzip --file="$out"/\(Evidence.archive) .
                ((status == 0)) || \(keeping)
            } >/dev/null 2>&1
            """
    }

    /// On the disk it is where it is.
    private var keeping: String {
        guard task.workInMemory != nil else { return ":" }
        let left = "\(ContainerLayout.output)/\(Evidence.left)"
        let part = "\(left).part/\(task.cpv.category)"
        return "{ mkdir -p \(part) && cp --archive \"$build\" \(part)/ && mv \(left).part \(left); }"
    }

    /// For a build that was ended from outside: what it was doing is still in its work directory.
    var collectingAfterwards: String {
        """
        #!/bin/bash
        # Written by binfarm: keeps what tells how the build of \(task.cpv) ended.
        \(ShellScript.beginning)
        \(collecting)
        collect 1

        """
    }
}
