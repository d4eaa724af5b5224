/// The parts that all scripts in containers share.
enum ShellScript {
    /// What a script of a container begins with: it is of the image's machine, and ends with the worker.
    static let beginning = "\(machine)\n\(watchdog)"

    /// In an image of 32 bits on a kernel of 64: who asks for the machine is told the image's, as setarch(8) can have it.
    static let machine = """
        if [[ $HOSTTYPE == i?86 && $(uname -m) == x86_64 ]] && command -v setarch >/dev/null; then
            exec setarch i686 "$BASH" "$0" "$@"
        fi
        """

    /// Ends the container when the worker is gone: the worker holds the other end of standard input open and never writes.
    ///
    /// The first process of a container cannot be killed from inside, but it can be told; all others can.
    static let watchdog = """
        exec 3<&0 </dev/null
        \(watchdog(reading: "<&3"))
        exec 3<&-
        """

    /// The same by another way than standard input.
    /// - Parameter source: a redirection from what ends with the worker.
    static func watchdog(reading source: String) -> String {
        """
        trap 'exit 143' TERM
        (
            trap '' TERM
            cat \(source) >/dev/null
            kill -TERM 1
            kill -KILL -1
        ) </dev/null >/dev/null 2>&1 &
        """
    }

    /// Leaves what the container's cgroup counted, as `name value` lines; cgroup v1 counts nanoseconds, v2 microseconds.
    /// At the end in `usage`, and while it runs in `using`, which is never seen half written.
    static let usage = """
        began=${EPOCHREALTIME/[.,]/}
        usage() {
            {
                printf 'began %s\\nat %s\\n' "$began" "${EPOCHREALTIME/[.,]/}"
                for file in cpuacct/cpuacct.usage memory/memory.max_usage_in_bytes memory.peak \\
                    memory/memory.usage_in_bytes memory.current; do
                    [[ -r /sys/fs/cgroup/$file ]] && printf '%s %s\\n' "$file" "$(</sys/fs/cgroup/$file)"
                done
                cd /sys/fs/cgroup && grep -hE '^(usage_usec|oom_kill|(total_)?inactive_file) ' \\
                    cpu.stat memory.events memory.stat memory/memory.oom_control memory/memory.stat
            } >"\(ContainerLayout.output)/${1:-usage}" 2>/dev/null
        }
        trap usage EXIT
        (
            # A build may kill what sleeps here; where there is none to sleep it is left alone.
            while sleep \(samplingSeconds) || (($? > 128)); do
                usage using.new
                mv -f \(ContainerLayout.output)/using.new \(ContainerLayout.output)/using
            done
        ) </dev/null >/dev/null 2>&1 &
        """

    /// Between two looks at what is used.
    private static let samplingSeconds = 5

    /// Samples what a work directory in memory holds, which nobody else can see: bytes now, and the most until now.
    static let sampling = """
        (
            most=0
            while used=$(df --output=used --block-size=1 \(ContainerLayout.work)); do
                used=${used##*[!0-9]}
                ((used > most)) && most=$used
                printf 'work_now %s\\nwork %s\\n' "$used" "$most" >\(ContainerLayout.output)/work
                sleep 1
            done
        ) >/dev/null 2>&1 &
        """

    /// One word for the shell, whatever it holds.
    static func quote(_ text: some StringProtocol) -> String {
        let plain = text.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                || "_-./:=@+,".utf8.contains(byte)
        }
        if plain, !text.isEmpty { return String(text) }
        return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }
}
