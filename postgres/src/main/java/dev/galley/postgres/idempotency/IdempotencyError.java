package dev.galley.postgres.idempotency;

import java.util.Optional;

/** What can be wrong with an {@code Idempotency-Key}. Statuses are those of the IETF's draft of the header. */
public sealed interface IdempotencyError {

    record BadKey(int longest) implements IdempotencyError {}

    record UsedOtherwise() implements IdempotencyError {}

    /** May be tried again. */
    record UnderWay() implements IdempotencyError {}

    record NotInstalled() implements IdempotencyError {}

    record AnswerTooLarge(int maxBytes) implements IdempotencyError {}

    /** How it is told, whatever the dialect. */
    record Told(int status, String code, String message, Optional<String> details, Optional<String> hint) {
        private Told(int status, String code, String message) {
            this(status, code, message, Optional.empty(), Optional.empty());
        }

        private Told details(String text) {
            return new Told(status, code, message, Optional.of(text), hint);
        }

        private Told hint(String text) {
            return new Told(status, code, message, details, Optional.of(text));
        }
    }

    default Told told() {
        return switch (this) {
            case BadKey e ->
                new Told(400, "GLY-IDEM01", "The Idempotency-Key is not valid")
                        .details("It must be given once, as 1 to " + e.longest() + " printable ASCII characters.");
            case UsedOtherwise _ ->
                new Told(422, "GLY-IDEM02", "The Idempotency-Key was used for another request")
                        .hint("Use a new key for each request; send a retry unchanged.");
            case UnderWay _ -> new Told(409, "GLY-IDEM03", "A request with this Idempotency-Key is still under way");
            case NotInstalled _ ->
                new Told(501, "GLY-IDEM04", "This server keeps no answers for an Idempotency-Key")
                        .hint("Its database has none of the platform's objects; send the request without the header.");
            case AnswerTooLarge e ->
                new Told(413, "GLY-IDEM05", "The answer is too large to be kept for its Idempotency-Key")
                        .details("It would exceed " + e.maxBytes() + " bytes. Nothing was changed.")
                        .hint("Ask for fewer columns, or send Prefer: return=minimal.");
        };
    }
}
