import Glibc
import Shared
import SystemPackage

@testable import Worker

/// An engine that keeps images and runs nothing: a commit is made when a test says so.
actor FakeEngine: ContainerEngine {
    private(set) var images: [String: EngineImage] = [:]
    private(set) var removed: [String] = []
    private var number = 0
    /// Commits come to nothing.
    private var isFull = false

    init(base: String? = nil) {
        guard let base else { return }
        images[base] = EngineImage(id: "0", names: [base], labels: [:], size: 1000, layers: 1)
    }

    func fill() { isFull = true }

    func commit(_ commit: ImageCommit, over base: String, adding size: Int64 = 10) {
        guard !isFull, let below = images[base] else { return }
        number += 1
        // A name goes over to the newer image.
        if let old = images.removeValue(forKey: commit.name) {
            images[old.id] = EngineImage(
                id: old.id, names: [], labels: old.labels, size: old.size, layers: old.layers)
        }
        images[commit.name] = EngineImage(
            id: "\(number)", names: [commit.name], labels: commit.labels, size: below.size + size,
            layers: below.layers + 1)
    }

    func lose(_ name: String) { images[name] = nil }

    func version() async throws -> String { "fake 1" }
    func storageDriver() async throws -> String { "overlay" }
    func hasImage(_ name: String) async throws -> Bool { images[name] != nil }
    func image(_ name: String) async throws -> EngineImage? { images[name] }
    func images(label: String, value: String) async throws -> [EngineImage] {
        images.values.filter { $0.labels[label] == value }.sorted { $0.id < $1.id }
    }
    func removeImage(_ name: String) async throws {
        guard let image = images[name] ?? images.values.first(where: { $0.id == name }) else { return }
        images = images.filter { $0.value.id != image.id }
        removed.append(image.names.first ?? image.id)
    }
    /// What registries have.
    private var registry: Set<RegistryImage> = []
    private(set) var loads = 0
    func put(_ image: RegistryImage) { registry.insert(image) }
    func pull(_ image: RegistryImage, as name: String) async throws {
        guard registry.contains(image) else { throw EngineError("\(image) is not there") }
        add(name)
    }
    func load(archive: FilePath, as name: String) async throws {
        loads += 1
        add(name)
    }
    func save(_ name: String, to archive: FilePath) async throws { throw EngineError("nothing can be saved") }
    func tag(_ image: String, as name: String) async throws { add(name) }
    /// Each has an id of its own: one that goes takes no other name with it.
    private func add(_ name: String) {
        number += 1
        images[name] = EngineImage(id: "\(number)", names: [name], labels: [:], size: 1000, layers: 1)
    }
    func demandPacking() async throws {}
    func imageNames(beginningWith prefix: String) async throws -> [String] {
        images.keys.filter { $0.hasPrefix(prefix) }.sorted()
    }
    func copy(
        _ directory: String, of image: String, to place: FilePath, as container: ContainerSpec.Identity
    ) async throws -> Bool { false }
    func run(_ spec: ContainerSpec, output: @escaping @Sendable ([UInt8]) async throws -> Void) async throws
        -> ContainerExit
    { throw EngineError("there are no containers") }
    func attach(_ spec: ContainerSpec, to terminal: PseudoTerminal) async throws -> ContainerExit {
        throw EngineError("there are no containers")
    }
    func removeAll(label: String, value: String) async throws -> Int { 0 }
    func removeTree(_ path: FilePath) async throws { try FileTree.remove(path) }
    func move(_ path: FilePath, to place: FilePath) async throws {
        guard rename(path.string, place.string) == 0 else { throw Errno(rawValue: errno) }
    }
}
