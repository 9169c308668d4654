package dev.galley.rest;

/** How much of a limit is used up. What takes memory or time takes of it first. Confined to an event loop. */
final class TxBudget {
    private final int most;
    private long used;

    TxBudget(int most, long used) {
        this.most = most;
        this.used = used;
    }

    void take(long more) {
        if (more > most - used) throw new TxError.TooLarge(most).exception();
        used += more;
    }

    long used() {
        return used;
    }
}
