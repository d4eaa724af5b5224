import Core
import Logging
import Shared

/// Farms that nobody has described in coordinator.yaml: who asks for the image of one has it made.
extension Dispatcher {
    /// More farms nobody looks after.
    private static let mostFarms = 1000

    /// How a farm is described that there is not yet.
    func configuration(ofNew name: String) throws(Refusal) -> FarmConfiguration {
        if let problem = FarmName.problem(name.oneLine(atMost: 100)) {
            throw Refusal(.invalid, problem, "give the farm file, or the subject, another name")
        }
        guard farms.count < Self.mostFarms else {
            throw Refusal(.unavailable, "there are \(farms.count) farms already", "use one of them")
        }
        return FarmConfiguration(name: name, reserve: services.opener.reserve)
    }

    /// Makes a farm. From then on it is one as those of coordinator.yaml are, after a restart, too.
    func make(_ configuration: FarmConfiguration, by client: Client) async throws {
        // Two who ask for the same would open it twice.
        let earlier = farmWork
        let work = Task {
            _ = await earlier?.result
            guard farms[configuration.name] == nil else { return }
            try await makeNow(configuration, by: client)
        }
        farmWork = work
        try await work.value
    }

    private func makeNow(_ configuration: FarmConfiguration, by client: Client) async throws {
        let name = configuration.name
        let farm = try await services.opener.open(configuration, made: try services.store.images()[name]?.first)
        // Of a farm of that name before, of which the database may know nothing.
        let buildIDs = await farm.buildIDs
        try await services.store.add(farm: name, by: client.name, at: clock.now())
        farms[name] = farm
        feed(.numbered(farm: name, buildIDs))
        await count(farm)
        await restoreHold(of: farm)
        logger.notice("new farm", metadata: ["farm": "\(name)", "by": "\(client.name)"])
    }

    /// What a person wants to know who may have misspelled its name.
    func note(onNew name: String, asksOnly: Bool) -> String {
        let others = farms.keys.filter { $0 != name }.sorted()
        let known = others.isEmpty ? "there was none before" : "the others are \(others.joined(separator: ", "))"
        return "\(name) \(asksOnly ? "would be" : "is") a new farm; \(known)"
    }
}
