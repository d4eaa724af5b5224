import SystemPackage

/// Several packages in one publication.
extension Binhost {
    /// A staged file and what it should be.
    struct Offer: Sendable {
        let staged: FilePath
        let expected: ExpectedPackage
    }

    /// What a staged file turned out to be.
    enum Checked {
        /// The package is published already, with the same content.
        case published(PublishedPackage)
        case new(CheckedPackage)
    }

    /// Publishes each as `publish(staged:expected:)` does, and as independently of the others, but with one new index for
    /// all of them: it is most of the work.
    /// - Returns: what became of each, in the same order.
    func publish(_ offers: [Offer]) -> [Result<PublishedPackage, BinhostError>] {
        var results: [Int: Result<PublishedPackage, BinhostError>] = [:]
        var together: [Int: CheckedPackage] = [:]
        var paths: Set<FilePath> = []
        for (number, offer) in offers.enumerated() {
            do throws(BinhostError) {
                switch try check(staged: offer.staged, expected: offer.expected) {
                case .published(let package): results[number] = .success(package)
                case .new(let package):
                    // The same once more is found to be published afterwards.
                    if paths.insert(package.target).inserted { together[number] = package }
                }
            } catch {
                results[number] = .failure(error)
            }
        }
        let numbers = together.keys.sorted()
        do throws(BinhostError) {
            try add(numbers.compactMap { together[$0] })
            for (number, package) in together {
                results[number] = Result { () throws(BinhostError) in try package.published }
            }
        } catch {
            // Of several it shows whose fault it is when each is alone.
            if numbers.count == 1 { results[numbers[0]] = .failure(error) }
        }
        return offers.enumerated().map { number, offer in
            results[number]
                ?? Result { () throws(BinhostError) in try publish(staged: offer.staged, expected: offer.expected) }
        }
    }
}
