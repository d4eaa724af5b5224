/// Of all programs: they are built together.
package enum BinfarmVersion {
    package static let text = "0.1.0"
}
