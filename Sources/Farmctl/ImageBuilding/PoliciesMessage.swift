import Shared
import Stack
import SwiftProtobuf
import SystemPackage

/// What a farm file says of how a farm works, as the coordinator is told.
struct PoliciesMessage {
    let wire: WireFarmPolicies
    /// Files that it names by their digests.
    let files: [Blob: FilePath]

    /// - Parameter name: the farm that is told: no farm is an upstream of itself.
    /// - Throws: `FarmctlError` when a file of keys cannot be read.
    init(_ farm: FarmFile, of name: String, directory: FilePath) throws(FarmctlError) {
        var files: [Blob: FilePath] = [:]
        var wire = WireFarmPolicies.with {
            $0.atomic = farm.policies.atomic.value
            $0.ccache = farm.policies.ccache?.value.bytes ?? 0
            $0.bindist = farm.policies.bindist.value
            $0.signing = (farm.signing.value) ?? ""
            $0.coverage = farm.coverage.value.wire
            $0.limits = farm.limits.domain.wire
        }
        for upstream in farm.upstreams where upstream.place != .farm(name) {
            switch upstream.place {
            case .farm(let name): wire.upstreams.append(.with { $0.farm = name })
            case .binhost(let address, let keys):
                var message = WireFarmUpstream()
                message.binhost = address
                if let keys {
                    let file = directory.pushing(FilePath(keys))
                    do {
                        let blob = try ContentHasher.blob(of: file)
                        message.keys = blob.wire
                        files[blob] = file
                    } catch {
                        throw FarmctlError(.failed, "\(file) cannot be read: \(error)")
                    }
                }
                wire.upstreams.append(message)
            }
        }
        self.wire = wire
        self.files = files
    }
}

extension FarmCoverage {
    fileprivate var wire: WireFarmCoverage {
        switch self {
        case .missing: .coverageMissing
        case .complete: .coverageComplete
        case .quickpkg: .coverageQuickpkg
        }
    }
}

extension FarmFile.Limits {
    fileprivate var domain: Limits {
        Limits(
            memory: memory?.value.bytes, processes: processes?.value, disk: disk?.value.bytes,
            timeout: timeout?.value.duration, silence: silence?.value.duration, logBytes: log?.value.bytes)
    }
}
