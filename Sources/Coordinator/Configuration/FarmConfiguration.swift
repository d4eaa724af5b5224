import Shared
import SystemPackage

/// One farm: an image, what it covers, what a build may use.
struct FarmConfiguration: Decodable, Sendable {
    /// Such as `amd64.opt.20261101`; a directory of the binhost and a part of its URL.
    var name: String
    /// The image archive, as `docker save` or `podman save` writes it, perhaps compressed. Its digest is the epoch. nil: the
    /// farm has the one that `farmctl image build` made.
    var image: FilePath?
    /// nil: what came with the image says it, as of all that is nil below.
    var coverage: FarmCoverage?
    /// What is nil in it, too.
    var limits: Limits
    /// Bytes that stay free where the binhost is: below this nothing is published and no build starts.
    var reserve: Int64
    /// What its packages are signed with.
    var signing: SigningConfiguration?
    /// What becomes of packages with RESTRICT=bindist.
    var bindist: Bindist?
    /// What they have is taken over instead of being built.
    var upstreams: [UpstreamConfiguration]?
    var work: Work
    /// Bytes that each worker's compiler cache may take, of each toolchain.
    var ccache: Int64?
    /// How its packages are packed.
    var format: BinpkgFormat

    /// Where work directories are.
    enum Work: String, Decodable, Sendable {
        /// In memory where history tells that there is room, else on the disk.
        case auto
        case disk
    }

    enum Bindist: String, Decodable, Sendable {
        /// Builds get them, clients do not.
        case withhold
        /// They are published as all others.
        case publish
    }

    private enum Coverage: String, Decodable { case complete, missing }

    /// Where a complete farm's packages come from that the image has already.
    private enum Base: String, Decodable { case rebuild, quickpkg }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, image, coverage, base, limits, reserve, signing, bindist, upstreams, work, ccache, format
    }

    /// Bytes that stay free where nobody says how many.
    static let standardReserve: Int64 = 1 << 30

    /// Of a farm that only its farm file describes.
    init(name: String, reserve: Int64) {
        self.name = name
        self.reserve = reserve
        limits = Limits()
        work = .auto
        format = .gpkg
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        if let problem = FarmName.problem(name) {
            throw DecodingError.dataCorruptedError(forKey: .name, in: container, debugDescription: problem)
        }
        image = try container.decodeIfPresent(String.self, forKey: .image).map { FilePath($0) }
        let coverage = try container.decodeIfPresent(Coverage.self, forKey: .coverage)
        let base = try container.decodeIfPresent(Base.self, forKey: .base) ?? .rebuild
        guard base == .rebuild || coverage == .complete else {
            throw DecodingError.dataCorruptedError(
                forKey: .base, in: container,
                debugDescription: "'quickpkg' needs 'coverage: complete': else nothing of the image is covered")
        }
        self.coverage = coverage.map { $0 == .missing ? .missing : base == .quickpkg ? .quickpkg : .complete }
        limits = try container.decodeIfPresent(LimitsConfiguration.self, forKey: .limits)?.limits ?? Limits()
        reserve = try container.decodeIfPresent(ByteCount.self, forKey: .reserve)?.bytes ?? Self.standardReserve
        signing = try container.decodeIfPresent(SigningConfiguration.self, forKey: .signing)
        format = try container.decodeIfPresent(BinpkgFormat.self, forKey: .format) ?? .gpkg
        guard signing?.fingerprint == nil || format.canBeSigned else {
            throw DecodingError.dataCorruptedError(
                forKey: .format, in: container,
                debugDescription: "'\(format)' has no place for signatures: leave 'signing' out, or take 'gpkg'")
        }
        bindist = try container.decodeIfPresent(Bindist.self, forKey: .bindist)
        upstreams = try container.decodeIfPresent([UpstreamConfiguration].self, forKey: .upstreams)
        work = try container.decodeIfPresent(Work.self, forKey: .work) ?? .auto
        ccache = try container.decodeIfPresent(ByteCount.self, forKey: .ccache)?.bytes
        guard ccache.map({ $0 >= 1 << 20 }) ?? true else {
            throw DecodingError.dataCorruptedError(
                forKey: .ccache, in: container, debugDescription: "is less than 1MiB; leave it out to build without")
        }
    }
}

/// `limits:` of a farm.
private struct LimitsConfiguration: Decodable {
    let limits: Limits

    private enum CodingKeys: String, CodingKey, CaseIterable { case memory, processes, disk, timeout, silence, log }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(strictlyKeyedBy: CodingKeys.self)
        var limits = Limits()
        limits.memory = try container.decodeIfPresent(ByteCount.self, forKey: .memory)?.bytes
        limits.disk = try container.decodeIfPresent(ByteCount.self, forKey: .disk)?.bytes
        limits.processes = try container.decodeIfPresent(Int32.self, forKey: .processes)
        limits.timeout = try container.decodeIfPresent(TimeSpan.self, forKey: .timeout)?.duration
        limits.silence = try container.decodeIfPresent(TimeSpan.self, forKey: .silence)?.duration
        if let log = try container.decodeIfPresent(ByteCount.self, forKey: .log) {
            guard Limits.logRange.contains(log.bytes) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .log, in: container, debugDescription: "must be between 64KiB and 256MiB")
            }
            limits.logBytes = log.bytes
        }
        self.limits = limits
    }
}
