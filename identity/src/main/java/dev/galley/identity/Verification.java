package dev.galley.identity;

/** What became of a token. */
sealed interface Verification {

    /** @param notBefore first second since the epoch at which it holds; {@code notAfter} the first at which it no longer does */
    record Verified(Caller caller, long notBefore, long notAfter) implements Verification {
        boolean holdsAt(long epochSecond) {
            return epochSecond >= notBefore && epochSecond < notAfter;
        }
    }

    record Refused(Refusal refusal) implements Verification {}
}
