package dev.galley.realtime;

/** A {@link Rate} that all event loops share. */
final class SharedRate {
    private final Rate rate;

    SharedRate(int limit) {
        rate = new Rate(limit);
    }

    synchronized boolean admit(int more) {
        return rate.admit(more, System.nanoTime());
    }
}
