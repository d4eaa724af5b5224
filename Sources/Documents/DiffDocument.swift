package import Shared

/// What is not alike in two builds of a package.
package struct DiffDocument: Encodable, Sendable, Equatable {
    package struct Build: Encodable, Sendable, Equatable {
        /// That built it.
        package let run: Int64
        package let farm: String
        package let cpv: String
        package let slot: String
        package let repository: String
        package let buildID: Int32
        package let packageBytes: Int64
        /// Of its files.
        package let installedBytes: Int64

        private enum CodingKeys: String, CodingKey {
            case run, farm, cpv, slot, repository, packageBytes, installedBytes
            case buildID = "buildId"
        }

        init(_ wire: WireComparedBuild) {
            run = wire.run
            farm = wire.farm
            cpv = wire.cpv
            slot = wire.slot
            repository = wire.repository
            buildID = wire.buildID
            packageBytes = wire.packageSize
            installedBytes = wire.installedSize
        }
    }

    /// Sonames, each behind its class: `x86_64: libexpat.so.1`.
    package struct Sonames: Encodable, Sendable, Equatable {
        package let added: [String]
        package let removed: [String]
    }

    package struct Counts: Encodable, Sendable, Equatable {
        package let added: Int32
        package let removed: Int32
        package let changed: Int32
        package let unchanged: Int32
    }

    package struct File: Encodable, Sendable, Equatable {
        package let path: String
        /// `added`, `removed`, `changed`
        package let kind: String
        /// That changed: `content`, `type`, `mode`, `owner`, `target`.
        package let what: [String]
        package let fromBytes: Int64
        package let toBytes: Int64
    }

    /// `cat/pkg`
    package let package: String
    package let from: Build
    package let to: Build
    /// `+flag`, `-flag`
    package let use: [String]
    package let provides: Sonames
    package let requires: Sonames
    /// nil when an image is compressed in a way that the coordinator cannot read.
    package let counts: Counts?
    /// By path, the first 10,000.
    package let files: [File]

    package init(_ wire: WireDiffAnswer) {
        self.package = wire.package
        from = Build(wire.from)
        to = Build(wire.to)
        use = wire.use
        provides = Sonames(added: wire.providesAdded, removed: wire.providesRemoved)
        requires = Sonames(added: wire.requiresAdded, removed: wire.requiresRemoved)
        counts =
            wire.unread
            ? nil
            : Counts(
                added: wire.filesAdded, removed: wire.filesRemoved, changed: wire.filesChanged,
                unchanged: wire.filesUnchanged)
        files = wire.files.map {
            File(path: $0.path, kind: $0.kind, what: $0.what, fromBytes: $0.fromSize, toBytes: $0.toSize)
        }
    }
}
