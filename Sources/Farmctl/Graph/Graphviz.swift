import SystemPackage

/// Draws with Graphviz's `dot`.
enum Graphviz {
    /// Jobs beyond which its layout takes hours.
    static let most = 1500

    /// - Returns: an SVG document.
    static func svg(_ drawing: GraphDrawing) async throws -> String {
        guard drawing.count <= most else {
            throw FarmctlError(
                .usage, "\(drawing.count) packages are more than Graphviz can lay out in a reasonable time (\(most))",
                remedy:
                    "Name some: farmctl graph PACKAGE draws them with what they wait for; --format dot prints all; the"
                    + " coordinator's page draws a graph of any size.")
        }
        return try await Scratch.with { scratch in
            let file = try scratch.write("graph", Array(drawing.dot().utf8))
            let result = try await Tool.run("dot", ["-Tsvg", file.string], package: "graphviz")
            try result.demandSuccess()
            return result.output
        }
    }
}
