internal import Shared

/// The script that runs the image's resolve probe.
struct ResolveScript: Sendable {
    let task: ResolveTask

    /// Name of the document below the output directory.
    static let document = "graph.json"
    /// Bytes of the largest document taken.
    static let largestDocument: Int64 = 128 << 20

    init(_ task: ResolveTask) throws(Failure) {
        for target in task.targets where target.isEmpty || target.hasPrefix("-") {
            throw Failure(.refused, "'\(target)' is no target: write a package, an atom or a set")
        }
        self.task = task
    }

    private var binhosts: String {
        task.binhosts.map { "--binhost \(Self.place(of: $0)) " }.joined()
    }

    /// Where the container finds the index of a binhost; the probe names it by its last part.
    static func place(of index: Blob) -> String { "\(ContainerLayout.binhosts)/\(index.digest.hex)" }

    var text: String {
        """
        #!/bin/bash
        # Written by binfarm: resolves a run's targets.
        \(ShellScript.beginning)
        \(ShellScript.usage)
        export EMERGE_DEFAULT_OPTS= NOCOLOR=true TERM=dumb
        /usr/libexec/binfarm/resolve --output \(ContainerLayout.output)/\(Self.document) \
        \(task.emptytree ? "--emptytree" : "--missing") \(binhosts)"$@"

        """
    }
}
