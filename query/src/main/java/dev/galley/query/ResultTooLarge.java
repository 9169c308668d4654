package dev.galley.query;

/** The printed rows passed the limit of a response; thrown from a row handler, it ends the request. */
public final class ResultTooLarge extends RuntimeException {
    private final int maxBytes;

    public ResultTooLarge(int maxBytes) {
        super("response exceeds " + maxBytes + " bytes", null, false, false);
        this.maxBytes = maxBytes;
    }

    public int maxBytes() {
        return maxBytes;
    }
}
