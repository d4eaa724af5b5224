import Core
import GRDB
import Shared
import SwiftProtobuf
import SystemPackage

/// Two builds of a package beside each other. Both files are read whole, off the event loop.
extension Dispatcher {
    private static let filesTold = 10_000

    func diff(_ request: WireDiffRequest, _ client: Client, _ number: UInt64) throws {
        let pattern = try packagePattern(request.package)
        let names = try pastNames(of: pattern)
        let (run, since) = (try known(request.run), try known(request.since))
        let farms = farms
        try answerLater(client, number) { [store = services.store] answer in
            let (package, builds) = try await Self.builds(of: pattern, names, in: store)
            let compared = try ComparedBuilds(builds, meant: pattern, run: run, since: since) { build in
                Self.file(of: build, in: farms) != nil
            }
            answer.diff = try await Self.difference(of: compared, in: farms)
            answer.diff.package = package
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

    @concurrent
    private nonisolated static func builds(
        of pattern: PackagePattern, _ names: PastNames, in store: Store
    ) async throws -> (String, [PastPackages.Build]) {
        try await store.database.read { database in
            let package = try names.one(database)
            return (package, try PastPackages.builds(of: package, database))
        }
    }

    /// Where a build's file is: in its farm's binhost, or in a release.
    private nonisolated static func file(of build: ComparedBuilds.Build, in farms: [String: Farm]) -> FilePath? {
        guard let farm = farms[build.farm] else { return nil }
        let releases = FileOperations.names(in: farm.releases.directory).filter(ReleaseShelf.isValid)
        let directories = farm.binhosts.map(\.directory) + [farm.releases.holdPath] + releases.map(farm.releases.path)
        return directories.lazy.map { $0.appending(build.record.path) }.first { path in
            let status = try? FileOperations.status(of: path)
            return status?.isPlainFile == true && status?.size == build.record.package.size
        }
    }

    @concurrent
    private nonisolated static func difference(
        of compared: ComparedBuilds, in farms: [String: Farm]
    ) async throws -> WireDiffAnswer {
        let (from, to) = (try contents(of: compared.from, in: farms), try contents(of: compared.to, in: farms))
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
        of build: ComparedBuilds.Build, in farms: [String: Farm]
    ) throws -> PackageContents {
        guard let file = file(of: build, in: farms), let format = BinpkgFormat(ofPath: build.record.path) else {
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

extension ComparedBuilds.Build {
    fileprivate func wire(_ contents: PackageContents) -> WireComparedBuild {
        .with {
            $0.run = run.rawValue
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
