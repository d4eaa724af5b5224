internal import Logging
internal import Shared
internal import SystemPackage

/// The attempts that an earlier life of the worker left on disk.
enum AttemptShelf {
    /// Finished ones are returned, to be told again. The others ended with the worker: their directories are removed.
    static func reload(_ attempts: FilePath, engine: any ContainerEngine, logger: Logger) async throws
        -> [AttemptRecord]
    {
        var finished: [AttemptRecord] = []
        for name in try Directory.names(in: attempts) {
            let directory = AttemptDirectory(path: attempts.appending(name))
            let record = try? AttemptRecord(contentsOf: directory.record)
            if let record, isWhole(record, directory), directory == AttemptDirectory(record.attempt, in: attempts) {
                finished.append(record)
                for path in directory.temporary { await remove(path, engine, logger) }
            } else {
                logger.info("attempt of an earlier life given up", metadata: ["directory": "\(directory.path)"])
                await remove(directory.path, engine, logger)
            }
        }
        return finished
    }

    /// What cannot be removed keeps no worker from starting.
    private static func remove(_ path: FilePath, _ engine: any ContainerEngine, _ logger: Logger) async {
        do {
            try await engine.removeTree(path)
        } catch {
            logger.warning("not removed", metadata: ["path": "\(path)", "error": "\(error)"])
        }
    }

    /// It has ended, and what it came to is still there.
    private static func isWhole(_ record: AttemptRecord, _ directory: AttemptDirectory) -> Bool {
        guard let outcome = record.outcome else { return false }
        guard let blob = outcome.blob else { return true }
        return (try? FileStatus.size(of: directory.result)) == blob.size
    }
}
