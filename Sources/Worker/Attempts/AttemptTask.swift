internal import Shared

/// What an attempt is to do.
struct AttemptTask: Sendable {
    enum Work: Sendable {
        case resolve(ResolveTask)
        case build(BuildTask)
        case image(ImageTask)
    }

    let attempt: AttemptID
    let image: Blob
    /// The image in a registry; nil: it comes from the coordinator.
    let registryImage: RegistryImage?
    let work: Work

    init(_ assign: WireAssign) throws(WireError) {
        attempt = try assign.attempt.domain()
        image = try assign.image.domain()
        registryImage = RegistryImage(assign.registryImage)
        guard registryImage != nil || assign.registryImage.isEmpty else {
            throw WireError("registry_image", "names no image by its digest")
        }
        switch assign.task {
        case .resolve(let task)?: work = .resolve(try task.domain())
        case .build(let task)?: work = .build(try task.domain())
        case .makeImage(let task)?: work = .image(try task.domain())
        case nil: throw WireError("task", "is missing")
        }
    }

    /// Bytes of its work directory in memory at most; nil when that is on the disk.
    var workInMemory: Int64? {
        if case .build(let task) = work { task.workInMemory } else { nil }
    }

    var limits: Limits {
        switch work {
        case .resolve(let task): task.limits
        case .build(let task): task.limits
        case .image(let task): task.limits
        }
    }

    /// Those that it was leased; nil: not said.
    var cores: Int32? {
        switch work {
        case .resolve: nil
        case .build(let task): HostFacts.cores(atMost: task.jobs)
        case .image(let task): HostFacts.cores(atMost: task.jobs)
        }
    }

    /// For people and logs.
    var subject: String {
        switch work {
        case .resolve(let task): "resolve \(task.targets.joined(separator: " "))"
        case .build(let task): task.cpv.description
        case .image: "an image"
        }
    }
}
