package dev.galley.rest;

import java.util.Locale;

/** How long each step of a request took, for the header {@code Server-Timing}. Confined to the request. */
final class RequestTimes {
    private final StringBuilder header = new StringBuilder(96);
    private long last = System.nanoTime();

    /** Ends the step that has been under way. */
    void end(String step) {
        long now = System.nanoTime();
        if (!header.isEmpty()) header.append(", ");
        header.append(step).append(";dur=").append(String.format(Locale.ROOT, "%.1f", (now - last) / 1e6));
        last = now;
    }

    String header() {
        return header.toString();
    }
}
