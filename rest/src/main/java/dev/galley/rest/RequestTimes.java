package dev.galley.rest;

/** How long each step of a request took, for the header {@code Server-Timing}. Confined to the request. */
final class RequestTimes {
    private final StringBuilder header = new StringBuilder(96);
    private long last = System.nanoTime();

    /** Ends the step that has been under way. */
    void end(String step) {
        long now = System.nanoTime();
        if (!header.isEmpty()) header.append(", ");
        long tenths = (now - last + 50_000) / 100_000; // of a millisecond
        header.append(step).append(";dur=").append(tenths / 10).append('.').append(tenths % 10);
        last = now;
    }

    String header() {
        return header.toString();
    }
}
