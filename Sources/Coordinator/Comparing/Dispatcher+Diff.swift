import Binpkgs
import Core
import Dispatch
import GRDB
import Shared
import SwiftProtobuf
import SystemPackage

/// Two builds of a package beside each other. Both files are read whole, on a queue of their own, one pair after the other: that
/// takes long and much memory, and nothing else waits for it.
extension Dispatcher {
    private static let filesTold = 10_000
    private static let mostWaiting = 8
    private static let queue = DispatchQueue(label: "binfarm.diff")

    func diff(_ request: WireDiffRequest, _ client: Client, _ number: UInt64) throws {
        let pattern = try packagePattern(request.package)
        let names = try pastNames(of: pattern)
        let (run, since) = (try known(request.run), try known(request.since))
        guard diffs < Self.mostWaiting else {
            throw Refusal(.unavailable, "too many packages are to be compared now", "try again in a minute")
        }
        diffs += 1
        let (farms, store) = (farms, services.store)
        Task {
            await answer(client, number) { answer in
                answer.diff = try await Blocking.run(on: Self.queue) {
                    try Self.diff(pattern, names, run: run, since: since, farms, store)
                }
            }
            diffs -= 1
        }
    }

    /// nil for 0.
    private func known(_ run: Int64) throws -> RunID? {
        guard run != 0 else { return nil }
        guard run > 0, run < nextRun.rawValue else {
            throw Refusal(.notFound, "there is no run \(run)", "farmctl status lists the last runs")
        }
        return RunID(rawValue: run)
    }

    private nonisolated static func diff(
        _ pattern: PackagePattern, _ names: PastNames, run: RunID?, since: RunID?, _ farms: [String: Farm],
        _ store: Store
    ) throws -> WireDiffAnswer {
        let places = farms.mapValues(\.directories)
        let (package, compared) = try store.database.read { database in
            let package = try names.one(database)
            let compared = try ComparedBuilds(
                of: package, meant: pattern, run: run, since: since,
                builds: { try PastPackages.builds(of: package, in: $0, database) },
                exists: { file(of: $0, in: places) != nil })
            return (package, compared)
        }
        var answer = try difference(of: compared, in: places)
        answer.package = package
        return answer
    }

    /// Where a build's file is: in its farm's binhost, or in a release.
    private nonisolated static func file(
        of build: PastPackages.Build, in places: [String: [FilePath]]
    ) -> FilePath? {
        (places[build.farm] ?? []).lazy.map { $0.appending(build.record.path) }.first { path in
            let status = try? FileOperations.status(of: path)
            return status?.isPlainFile == true && status?.size == build.record.package.size
        }
    }

    private nonisolated static func difference(
        of compared: ComparedBuilds, in places: [String: [FilePath]]
    ) throws -> WireDiffAnswer {
        let (from, to) = (try contents(of: compared.from, in: places), try contents(of: compared.to, in: places))
        let difference = PackageDifference(from: from, to: to)
        var answer = WireDiffAnswer()
        answer.from = compared.from.wire(from)
        answer.to = compared.to.wire(to)
        answer.use = difference.use
        answer.providesAdded = difference.provides.added
        answer.providesRemoved = difference.provides.removed
        answer.requiresAdded = difference.requires.added
        answer.requiresRemoved = difference.requires.removed
        answer.files = difference.files.prefix(filesTold).map(\.wire)
        for file in difference.files {
            switch file.kind {
            case .added: answer.filesAdded += 1
            case .removed: answer.filesRemoved += 1
            case .changed: answer.filesChanged += 1
            }
        }
        answer.filesUnchanged = Int32(difference.unchangedFiles)
        answer.unread = !from.isRead || !to.isRead
        return answer
    }

    private nonisolated static func contents(
        of build: PastPackages.Build, in places: [String: [FilePath]]
    ) throws -> PackageContents {
        guard let file = file(of: build, in: places), let format = BinpkgFormat(ofPath: build.record.path) else {
            throw Refusal(.unavailable, "\(build.record.path) has just been removed", "ask again")
        }
        do {
            return try PackageContents(file, as: format)
        } catch let error as BinpkgError {
            throw Refusal(
                .unavailable, "the package \(build.record.path) of \(build.farm) cannot be read: \(error)",
                "farmctl binhost verify \(build.farm) tells what else is damaged")
        }
    }
}

extension Farm {
    /// Where its packages may be: the binhost, what clients see instead of it, releases.
    fileprivate var directories: [FilePath] {
        let names = FileOperations.names(in: releases.directory).filter(ReleaseShelf.isValid)
        return binhosts.map(\.directory) + [releases.holdPath] + names.map(releases.path)
    }
}

extension PastPackages.Build {
    fileprivate func wire(_ contents: PackageContents) -> WireComparedBuild {
        .with {
            $0.run = firstRun.rawValue
            $0.farm = farm
            $0.cpv = contents.metadata.cpv.description
            $0.slot = planned.slot
            $0.buildID = record.buildID
            $0.repository = contents.metadata.repository
            $0.packageSize = record.package.size
            $0.installedSize = contents.size
        }
    }
}

extension PackageDifference.FileChange {
    fileprivate var wire: WireFileChange {
        .with {
            $0.path = path
            $0.fromSize = fromSize
            $0.toSize = toSize
            switch kind {
            case .added: $0.kind = "added"
            case .removed: $0.kind = "removed"
            case .changed(let aspects):
                $0.kind = "changed"
                $0.what = aspects.map(\.rawValue)
            }
        }
    }
}
