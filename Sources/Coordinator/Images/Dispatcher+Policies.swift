import Core
import Shared

/// What a farm file says of how its farm works: tried when it comes, and in force with the image that it came with, or at once
/// where there is one of the same.
extension Dispatcher {
    /// Refuses what cannot be in the midst of the other farms.
    /// - Parameter configuration: the farm's; there may be none of that name yet.
    func demandPossible(_ policies: FarmPolicies, for configuration: FarmConfiguration) throws(Refusal) {
        let settings = FarmSettings(configuration, policies, services.opener.homes)
        let candidate = UpstreamCheck.Farm(configuration, settings)
        let others = farms.values.filter { $0.configuration.name != configuration.name }.map(\.inLayers)
        if let problem = UpstreamCheck(others + [candidate]).problem(of: candidate) {
            throw Refusal(
                .invalid, problem,
                "change `upstreams` or `signing` of the farm file, or what coordinator.yaml says of the farm")
        }
    }

    /// Files of public keys that are to be sent before anything else.
    func wantedKeys(of policies: FarmPolicies) -> [Blob] {
        policies.keyFiles.filter { file in
            !services.opener.homes.upstreams.has(file.digest) && !services.images.inputs.isComplete(file)
        }
    }

    /// Tries the keys that a farm file names, before anything counts on them.
    /// - Parameter keeps: public keys are taken out of the files that were sent.
    func tryKeys(of policies: FarmPolicies, for configuration: FarmConfiguration, keeps: Bool) async throws {
        let name = configuration.name
        let settings = FarmSettings(configuration, policies, services.opener.homes)
        if let key = settings.signing, key != farms[name]?.settings.signing {
            do throws(SigningError) { try await key.check() } catch {
                throw Refusal(
                    .invalid,
                    "the packages of \(name) cannot be signed: the coordinator cannot "
                        + "\(error.attempt) (\(error.detail))", error.remedy)
            }
        }
        guard keeps else { return }
        for file in policies.keyFiles {
            try await services.opener.homes.upstreams.keep(file, from: services.images.inputs.path(of: file.digest))
        }
    }

    /// The same image, and another way to work with it. One change after the other, and none while images are kept or removed: so
    /// the farm is as the database says.
    func change(_ image: FarmImage, to policies: FarmPolicies, of farm: String) async throws {
        var image = image
        image.recipe.policies = policies
        let earlier = imageWork
        let work = Task { [image] in
            await earlier?.value
            guard farms[farm]?.made?.run == image.run else {
                throw Refusal(.unavailable, "an image of \(farm) was made meanwhile", "ask again")
            }
            try await services.store.save(image, of: farm)
            take(image, for: farm)
        }
        imageWork = Task { _ = await work.result }
        try await work.value
    }

    /// The farm has this image, and what came with it, from now on.
    func take(_ image: FarmImage, for name: String) {
        farms[name]?.take(image)
        guard let farm = farms[name] else { return }
        Task { await refreshIndexes(of: farm) }
    }
}

extension Farm {
    /// What a person wants to know who changes what the farm file says.
    func notes(on policies: FarmPolicies, before: FarmPolicies, asksOnly: Bool) -> [String] {
        let names = policies.differences(from: before)
        let outvoted = names.filter { configuration.outvotes($0, of: policies, before: before) }
        let late = names.filter { $0 == .bindist && !outvoted.contains($0) }
        let rest = names.filter { !outvoted.contains($0) && !late.contains($0) }
        let when = asksOnly ? "would count" : "counts"
        var notes: [String] = []
        func add(_ parts: [FarmPolicies.Part], _ what: String) {
            if !parts.isEmpty { notes.append("\(parts.map(\.rawValue).joined(separator: ", ")): \(what)") }
        }
        add(rest, "what the farm file says \(when) from now on")
        add(late, "what the farm file says \(when) after the coordinator's next start")
        add(outvoted, "coordinator.yaml says something too, which counts more")
        return notes
    }
}
