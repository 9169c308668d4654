package dev.galley.server;

import java.util.LinkedHashMap;
import java.util.Map;

/** The program put together: starts the parts in the order in which they need each other and knows what came of it. */
final class Galley {
    private final Map<String, String> variables = new LinkedHashMap<>();

    private Galley() {}

    /** Starts all parts; each is in {@code parts} as soon as it runs, also when a later one fails. */
    static Galley start(ProjectFolder folder, AllSettings settings, OpenParts parts, Progress progress) {
        progress.step("starting");
        return new Galley();
    }

    /** What an application and its developer need: addresses and keys, under the names that {@code status -o env} prints. */
    Map<String, String> variables() {
        return variables;
    }
}
