import Core
import Shared

/// What a run is to do, whoever wants it: two of the same do everything once.
struct Wish: Hashable {
    private let farm: String
    private let targets: Set<String>
    private let forced: Set<String>
    private let secondPass: Bool
    private let isAtomic: Bool

    init(_ request: WireSubmitRequest) {
        (farm, targets, forced) = (request.farm, Set(request.targets), Set(request.forced))
        (secondPass, isAtomic) = (request.secondPass, request.atomic)
    }

    init(_ request: RunRequest) {
        (farm, targets, forced) = (request.farm, Set(request.targets), Set(request.forced))
        (secondPass, isAtomic) = (request.secondPass, request.isAtomic)
    }
}
