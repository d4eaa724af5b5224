import Core
import Logging
import Shared
import SystemPackage

/// All farms of a coordinator that starts.
extension FarmOpener {
    /// Opens those that coordinator.yaml describes, and those that farmctl has had made. Of the latter those of which nothing has come are
    /// forgotten: most likely nobody meant their names.
    func openAll(_ described: [FarmConfiguration], _ store: Store) async throws -> [String: Farm] {
        let made = try store.images()
        for image in made.values.joined() where images.has(image.archive) {
            catalogue.register(image.archive.digest, at: images.path(of: image.archive.digest))
        }
        for name in try Directory.names(in: images.inputs.directory) {
            guard let digest = ContentDigest(hex: name) else { continue }
            catalogue.register(digest, at: images.inputs.path(of: digest))
        }
        var farms: [String: Farm] = [:]
        for configuration in described {
            farms[configuration.name] = try await open(configuration, made: made[configuration.name]?.first)
        }
        let others = try store.farms().filter { farms[$0] == nil }
        let busy = Set(
            try store.snapshot().runs.values.filter { !$0.record.state.isEnd }.map(\.record.request.farm))
        for name in others {
            let farm: Farm
            do {
                farm = try await open(FarmConfiguration(name: name, reserve: reserve), made: made[name]?.first)
            } catch {
                // The others go on. What is of it stays for the next start.
                logger.error("a farm cannot be opened", metadata: ["farm": "\(name)", "reason": "\(error)"])
                continue
            }
            if made[name] == nil, !busy.contains(name), await farm.isEmpty {
                try store.remove(farm: name)
                logger.notice("a farm of which nothing has come is forgotten", metadata: ["farm": "\(name)"])
            } else {
                farms[name] = farm
            }
        }
        warn(of: farms.values.map(\.inLayers))
        return farms
    }

    /// Farm files were tried when they came, but coordinator.yaml may say otherwise since.
    private func warn(of farms: [UpstreamCheck.Farm]) {
        let check = UpstreamCheck(farms)
        for farm in farms {
            guard let problem = check.problem(of: farm) else { continue }
            logger.error(
                "a farm cannot work as its farm file says", metadata: ["farm": "\(farm.name)", "reason": "\(problem)"])
        }
    }
}
