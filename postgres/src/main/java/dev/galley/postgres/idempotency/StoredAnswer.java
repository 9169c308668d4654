package dev.galley.postgres.idempotency;

/**
 * An answer as it is kept.
 *
 * @param headers in the dialect's own writing
 * @param body empty when there is none
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; a copy of a large body would cost
public record StoredAnswer(int status, String headers, byte[] body) {}
